import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { assertPrintable } from "./assert-failure.ts";
import { trackingHost } from "./killable-processes.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { cellsOf } from "./table-cells.ts";
import { BUILD, PLAN, sampleCheckout, trackedCheckout, trackerOf } from "./tracked.ts";

test("agents are listed, one a line; `agents` and `status` are other words for it", async () => {
  const { run, data, path } = await sampleCheckout();
  const { stdout } = await run();
  expect(cellsOf(stdout)).toEqual([
    ["AGENT", "LEVEL", "XP", "SCORE", "COMMITS", "BUGS", "STATE", "UPDATED"],
    [BUILD, "2", "5000", "64", "2", "0", "active", "2026-01-03T00:00:00.000Z"],
    [PLAN, "1", "9", "60", "0", "0", "active", "2026-01-03T00:00:00.000Z"],
  ]);
  expect((await run("agents")).stdout).toBe(stdout);
  expect((await run("status")).stdout).toBe(stdout);
  expect(await data()).toMatchObject({
    database: path,
    agents: [
      { id: BUILD, skill_points: 2, halted: false, updated_at: "2026-01-03T00:00:00.000Z" },
      { id: PLAN },
    ],
  });
});

test("the page of an agent has its way to the next level, its score over time, and its last work", async () => {
  const { run, data } = await sampleCheckout();
  const { stdout } = await run("status", "sonnet");
  expect(stdout).toContain(`agent       ${BUILD}\n`);
  expect(stdout).toContain("experience  █████░░░░░░░░░░░░░░░ 25 % (5000 of 20000)\n");
  expect(stdout).toContain("score       64  ▁█▇  60 → 64\n");
  expect(stdout).toContain("\n\n2026-01-02T09:00:00.000Z  the login\n  actions: wrote it\n");
  expect(await data("status", "build")).toMatchObject({
    agent: { id: BUILD, halted: false },
    next_level_experience: 20_000,
    history: [
      { communication_score: 60 },
      { communication_score: 65 },
      { communication_score: 64 },
    ],
    activities: [{ task: "the login" }],
  });
});

test("set-ups are compared by what they have done, here or by project; none is recommended", async () => {
  const { dir, run, data } = await sampleCheckout();
  const heading = ["SET-UP", "COMMITS", "GRADE", "GOOD", "BUGS", "LEVEL", "SCORE", "LAST"];
  const build = [BUILD, "2", "2.00 (2)", "50 %", "0", "2", "64", "2026-01-02T11:00:00.000Z"];
  const plan = [PLAN, "0", "-", "-", "0", "1", "60", "-"];
  expect(cellsOf((await run("compare")).stdout)).toEqual([heading, build, plan]);
  const here = [BUILD, "1", ...build.slice(2)];
  expect(cellsOf((await run("compare", "--project", ".")).stdout)).toEqual([heading, here]);
  const byProject = cellsOf((await run("compare", "--by-project")).stdout);
  expect(byProject.map(([project, agent, commits]) => [project, agent, commits])).toEqual([
    ["PROJECT", "SET-UP", "COMMITS"],
    ["/elsewhere/site", BUILD, "1"],
    [dir, BUILD, "1"],
  ]);
  expect(await data("compare", "--project", "/elsewhere/site")).toMatchObject({
    project: "/elsewhere/site",
    setups: [{ agent: BUILD, project: null, commits: 1, mean_grade: null, grades: 0 }],
  });
  expect(await run("compare", "--project", "/nowhere")).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: There is no folder /nowhere, and nothing is on record of such a project.\n`cabinet tracker compare --by-project` lists the projects on record.\n",
  });
});

test("a folder in a checkout, of which nothing is on record, means that checkout", async () => {
  const { dir, path, run, data } = await sampleCheckout();
  const folder = join(dir, "src", "deep");
  mkdirSync(folder, { recursive: true });
  const compare = ["tracker", "compare", "--database", path, "--project"];
  const whole = await run("compare", "--project", ".");
  expect(await cabinet(folder, [...compare, "."])).toEqual(whole);
  expect(await cabinet(folder, [...compare, ".."])).toEqual(whole);
  expect(await run("compare", "--project", folder)).toEqual(whole);
  const grade = ["tracker", "grade", PLAN, "abc", "--agent-grade", "1", "--database", path];
  await cabinet(folder, [...grade, "--project", "."]);
  await cabinet(folder, grade);
  expect(await data("compare", "--project", folder)).toMatchObject({
    project: dir,
    setups: [{ agent: BUILD }, { agent: PLAN, grades: 2 }],
  });
  const other = join(dirname(dir), "other");
  mkdirSync(other);
  expect((await run("compare", "--project", other)).stdout).toBe(
    `No commit or grade is on record of ${other}.\n`,
  );
});

test("a commit is graded by the beginning of its hash, in the project that it is on record for", async () => {
  const { dir, run, data } = await sampleCheckout();
  const graded = await run("grade", "build", "4f2a9", "--agent-grade", "good", "--user-grade=-1");
  expect(graded).toMatchObject({
    code: 0,
    stdout: `Graded commit 4f2a91c0de of ${BUILD}: 2 (good) by the agent, -1 (bad) by the user. Its score: 64 → 65.\n`,
  });
  expect(await data("compare", "--project", dir)).toMatchObject({
    setups: [{ grades: 4, mean_grade: 1.25 }],
  });
  expect(await run("grade", "build", "4f2a", "--agent-grade", "1")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining('"4f2a" may mean any of 2 commits: '),
  });
  const other = ["grade", "build", "4f2a", "--agent-grade", "1", "--project", "/elsewhere/site"];
  expect(await data(...other)).toMatchObject({
    commit_hash: "4f2a0000de",
    project_path: "/elsewhere/site",
    user_grade: null,
    agent: { experience_points: 5002, communication_score: 66 },
  });
  expect(await data("grade", PLAN, "abc", "--agent-grade", "1")).toMatchObject({
    commit_hash: "abc",
    project_path: dir,
  });
});

test("a bug costs a skill point; the last one halts the agent, until it is reinstated on record", async () => {
  const { run, data } = await sampleCheckout();
  const reported = await run("bug", "plan");
  expect(reported.stdout).toBe(`Reported a bug of ${PLAN}: 1 bug, level 0. It is halted.\n`);
  expect(cellsOf((await run()).stdout)[2]?.slice(0, 7)).toEqual([
    PLAN,
    "0",
    "9",
    "60",
    "0",
    "1",
    "halted",
  ]);
  expect(await data("status", "plan")).toMatchObject({ agent: { halted: true, active: false } });
  const again = await run("reinstate", "plan", "--reason", "the prompt was wrong");
  expect(again.stdout).toBe(`${PLAN} may work again, at level 1.\n`);
  expect(await data("reinstate", "plan", "--reason", "x")).toMatchObject({ isChanged: false });
  const journal = (await run("journal", "plan")).stdout;
  expect(journal).toMatch(/^\S+Z {2}reinstated\n {2}outcome: active again\n/);
  expect(journal).toContain("  decisions: the prompt was wrong\n");
});

test("a journal is written for an agent nobody has seen, and read with the newest entry last", async () => {
  const place = trackedCheckout();
  const { run, data } = trackerOf(place);
  const first = await run(
    "journal",
    "Fresh",
    "--task",
    "look\u001b[31m\naround",
    "--outcome",
    "ok",
  );
  expect(first).toMatchObject({ code: 0, stderr: "Fresh is a new agent.\n" });
  expect(await run("journal", "fre", "--task", "go on")).toMatchObject({ code: 0, stderr: "" });
  const { stdout } = await run("journal", "Fresh");
  expect(stdout).toMatch(
    /^\S+Z {2}look\\u\{1b\}\[31m\n {4}around\n {2}outcome: ok\n\S+Z {2}go on\n$/,
  );
  assertPrintable(first.stdout + stdout);
  expect(await data("journal", "Fresh", "--limit", "1")).toMatchObject({
    agent: "Fresh",
    activities: [{ task: "go on", actions: "", outcome: "", decisions: "" }],
  });
  expect(await data()).toMatchObject({ agents: [{ id: "Fresh", experience_points: 0 }] });
});

test("retrospectives say what both have thought, without control characters", async () => {
  const { run, data } = await sampleCheckout();
  const { stdout } = await run("retrospectives", "build");
  expect(stdout.split("\n")).toEqual([
    "2026-01-02T12:00:00.000Z  4f2a91c0de  the login",
    "  grades: 5 (excellence) by the agent, -1 (bad) by the user",
    "  score: 60 → 64",
    String.raw`  agent: done\u{1b}[31m at once`,
    "  user: it did not work",
    "",
  ]);
  expect(await data("retrospectives", "plan")).toMatchObject({ retrospectives: [] });
});

test("where nothing is tracked, reading says so, and makes nothing on the disk", async () => {
  const place = trackedCheckout();
  const { run, data } = trackerOf(place);
  const stdout = `Nothing is tracked yet in ${place.path}\n`;
  const nothing = { code: 0, stdout, stderr: "" };
  for (const words of [[], ["status"], ["agents"], ["compare"]]) {
    expect(await run(...words)).toEqual(nothing);
  }
  expect(await data()).toMatchObject({ agents: [] });
  expect(await data("compare")).toMatchObject({ setups: [] });
  expect(await run("export")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run("prune", "--before", "2026-01-01")).toMatchObject({ code: 0 });
  expect(await run("migrate")).toMatchObject({ code: 0 });
  expect(await run("bug", "build")).toMatchObject({ code: 1 });
  expect(readdirSync(dirname(place.dir))).toEqual(["shop"]);
});

test("what a killed host has left in its journal is applied by whoever looks next, once", async () => {
  const place = trackedCheckout();
  const { kill } = await trackingHost(place.path);
  await kill();
  expect(existsSync(place.path)).toBe(false);
  const { run, data } = trackerOf(place);
  expect(await data()).toMatchObject({ agents: [{ id: BUILD, experience_points: 1 }] });
  expect((await run("journal", BUILD)).stdout).toBe("2026-03-01T00:00:00.000Z  the last one\n");
  expect(await data()).toMatchObject({ agents: [{ id: BUILD, experience_points: 1 }] });
  expect(readdirSync(`${place.path}.journals`)).toEqual([]);
});

test("the database is that of the option, relative to the current folder, else that of the variable", async () => {
  const { dir, path, run } = await sampleCheckout();
  const { stdout } = await run();
  const relative = ["tracker", "--database", "../records/agents.lmdb"];
  expect((await cabinet(dir, relative)).stdout).toBe(stdout);
  const env = { CABINET_TRACKER_DATABASE: path };
  expect((await cabinet(dir, ["tracker"], env)).stdout).toBe(stdout);
  const other = ["tracker", "--database", join(dir, "none.lmdb"), "--verbose"];
  expect(await cabinet(dir, other, env)).toEqual({
    code: 0,
    stdout: `Nothing is tracked yet in ${join(dir, "none.lmdb")}\n`,
    stderr: `agents are tracked in ${join(dir, "none.lmdb")}\n`,
  });
});
