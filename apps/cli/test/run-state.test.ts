import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openRunState } from "@x/planning/run-state";

import { assertPrintable, envelope } from "./assert-failure.ts";
import { checkout, filesOf } from "./checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { activeCheckout } from "./spec-checkout.ts";
import { cellsOf } from "./table-cells.ts";

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

const data = async (dir: string, ...args: string[]): Promise<unknown> => {
  const { stdout } = await cabinet(dir, ["run-state", ...args, "--json"]);
  return envelope(stdout).data;
};

test("a run is opened, worked on, and told where it goes on, step by step", async () => {
  const { dir, folder } = await activeCheckout();
  const deep = join(dir, "src/deep");
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cabinet(deep, ["run-state", ...args]);
    expect({ code, args }).toEqual({ code: 0, args });
    return `${stdout}${stderr}`;
  };
  expect(await run("open")).toBe(
    `The run in ${folder} is ready.\nThere is no plan left to begin.\n`,
  );
  for (const plan of ["01", "02"]) writeFileSync(join(folder, `plans/${plan}-PLAN.md`), "");
  expect(await run("resume")).toBe("Nothing to resume: no plan was begun.\nBegin plan 01.\n");

  const spawned = ["agent", "a1", "spawned", "--plan", "01", "--type", "coder", "--task", "Add it"];
  expect(await run(...spawned)).toBe("Recorded agent a1 as spawned.\n");
  expect(readFileSync(join(folder, "current-agent-id.txt"), "utf8")).toBe("a1\n");
  expect(await run("resume")).toMatch(
    /^The agent a1 was at work on plan 01 since .*Z\.\nResume it/,
  );
  const counted = ["checkpoint", "--plan", "01", "--task", "1", "--of", "2"];
  expect(await run(...counted, "--commit", "c1")).toBe(
    "Noted: 1 of 2 tasks of plan 01 are completed.\n",
  );
  await run("agent", "a1", "interrupted");
  expect(await run("resume")).toBe(
    "Plan 01 is under way: 1 of 2 tasks completed.\nGo on with task 2 of plan 01.\n",
  );
  await run("checkpoint", "--plan", "01", "--task", "2", "--of", "2", "--commit", "c2");
  expect(await data(deep, "resume")).toEqual({
    spec: "login",
    folder,
    resume: { kind: "between-plans", finished: ["01"], unsuccessful: [], next: "02", pending: [] },
  });
  expect(await run("summary", "01", "--body", "Done.")).toBe(
    "Wrote the summary of plan 01: completed.\n",
  );
  expect(readFileSync(join(folder, "summaries/01-SUMMARY.md"), "utf8")).toMatch(
    /^---\nplan: .*\nstatus: completed\n---\n\nDone\.\n$/,
  );
  expect(await run("summary", "02", "--status", "failed")).toContain("plan 02: failed.\n");
  expect(await run("resume")).toBe(
    "Nothing to resume: 2 plans finished.\nFinished without success, by the summary: 02.\nThere is no plan left to begin.\n",
  );
  expect(await run("summary", "02", "--replace")).toContain("plan 02: completed.\n");
  expect(await run("clarify", "Which\ndatabase?", "--plan", "02")).toBe(
    "Asked C-1.\nRecord the answer with `cabinet run-state clarify --id C-1 --answer <text>`.\n",
  );
  expect(await run("resume")).toMatch(/^C-1 waits for an answer: Which database\?\n/);
  expect(await run("clarify", "--id", "C-1", "--answer", "None.")).toBe("Answered C-1.\n");
  expect(await run("resume")).toMatch(/^Nothing to resume: 2 plans finished\.\n/);
  expect(await run("issue", "Slow", "--body", "3 s.")).toBe("Noted ISS-1: Slow\n");
  expect(await run("write", "--field", "Phase = 2", "--section", "Next", "--body", "Ask.")).toBe(
    "Wrote Phase, Next to STATE.md.\n",
  );
  expect(readFileSync(join(folder, "STATE.md"), "utf8")).toBe(
    "# State\n\nPhase: 2\n\n## Next\n\nAsk.\n",
  );
  const checkpoint = {
    plan: "01",
    last_completed_task: 2,
    total_tasks: 2,
    task_commits: ["c1", "c2"],
  };
  expect(JSON.parse(readFileSync(join(folder, "checkpoint.json"), "utf8"))).toEqual(checkpoint);
});

test("a run is shown with its executor and its agents", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "agent", "a1", "spawned", "--plan", "01"]);
  await cabinet(dir, ["run-state", "agent", "a1", "failed"]);
  const run = await openRunState(folder, { executor: "claude-1" });
  const { stdout } = await cabinet(dir, ["run-state"]);
  expect(cellsOf(stdout)).toEqual([
    ["spec", "login"],
    ["folder", folder],
    [
      "executor",
      expect.stringMatching(new RegExp(`^claude-1, process ${process.pid} on .*, alive, since `)),
    ],
    ["resume", "Nothing to resume."],
    [""],
    ["AGENT", "STATUS", "PLAN", "TYPE", "STARTED", "ENDED"],
    ["a1", "failed", "01", "-", TIME, TIME],
  ]);
  expect(await data(dir)).toMatchObject({
    executor: { executor: "claude-1", pid: process.pid, liveness: "alive", since: TIME },
    agents: [{ agent_id: "a1", status: "failed", completion_timestamp: TIME }],
  });
  expect(JSON.stringify(await data(dir))).not.toContain(run.token);
  await run.close();
  expect(await data(dir)).toMatchObject({ executor: null });
});

test("questions that wait are shown whatever is next, a line each", async () => {
  const { dir } = await activeCheckout();
  const run = (...args: string[]) => cabinet(dir, ["run-state", ...args]);
  await run("checkpoint", "--plan", "01", "--task", "1", "--of", "2");
  await run("clarify", "Which\ndatabase?");
  await run("clarify", "Why?", "--answer", "Because.");
  await run("clarify", "When?");
  expect((await run("resume")).stdout.split("\n")).toEqual([
    "Plan 01 is under way: 1 of 2 tasks completed.",
    "C-1 waits for an answer: Which database?",
    "C-3 waits for an answer: When?",
    "",
  ]);
  expect((await run()).stdout).toMatch(/^asked +C-3 waits for an answer: When\?$/m);
  await run("summary", "01");
  expect((await run("resume")).stdout).toBe(
    "C-1 waits for an answer: Which database?\nC-3 waits for an answer: When?\n",
  );
  expect(await data(dir)).toMatchObject({
    checkpoint: { plan: "01", last_completed_task: 1, finished_plans: [] },
    clarifications: [
      { id: "C-1", answer: null },
      { id: "C-2", answer: "Because." },
      { id: "C-3", answer: null },
    ],
    resume: { kind: "clarification", pending: [{ id: "C-1" }, { id: "C-3" }] },
  });
});

test("looking at the run of a spec that has none creates nothing, and says that none has begun", async () => {
  const { dir } = await activeCheckout();
  const files = filesOf(dir);
  const nothing = { kind: "nothing", finished: [], next: null, pending: [] };
  expect(await cabinet(dir, ["run-state", "resume"])).toMatchObject({
    code: 0,
    stdout: "No run has begun.\n",
    stderr: "Begin one with `cabinet run-state open`.\n",
  });
  expect((await cabinet(dir, ["run-state"])).stdout).toMatch(/^resume +No run has begun\.$/m);
  expect(await data(dir, "resume")).toMatchObject({ resume: nothing });
  expect(await data(dir)).toMatchObject({ executor: null, resume: nothing, agents: [] });
  expect(filesOf(dir)).toEqual(files);
});

test("--spec and --folder name another run than that of the active spec", async () => {
  const { dir } = await activeCheckout();
  await cabinet(dir, ["run-state", "issue", "one", "--spec", "billing"]);
  expect(existsSync(join(dir, ".planning/billing/.long-run/ISSUES.md"))).toBe(true);
  const made = await cabinet(join(dir, "src"), [
    "run-state",
    "open",
    "--folder",
    "run",
    "--verbose",
  ]);
  expect(made.stderr).toContain(`the run is in ${join(dir, "src/run")}\n`);
  expect(await data(join(dir, "src"), "resume", "--folder", "run")).toMatchObject({
    spec: null,
    folder: join(dir, "src/run"),
  });
});

test("a damaged history is rebuilt from the summaries", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  writeFileSync(join(folder, "summaries/02-1-SUMMARY.md"), "---\nstatus: failed\n---\n");
  writeFileSync(join(folder, "agent-history.json"), "{");
  const rebuilt = await cabinet(dir, ["run-state", "reinitialize"]);
  expect(rebuilt).toMatchObject({
    code: 0,
    stdout: "The agent history was built anew from 1 summary.\n",
  });
  expect(rebuilt.stderr).toMatch(
    /^What was there is kept as .*agent-history\.json\.broken-\d+\.\n$/,
  );
  expect(await data(dir)).toMatchObject({ agents: [{ plan: "02-1", status: "failed" }] });
  const forced = await data(dir, "reinitialize", "--force");
  expect(forced).toMatchObject({
    history: "rebuilt",
    checkpoint: "none",
    former_agent: null,
    summaries: 1,
  });
});

test("a history that holds fewer entries than there are summaries says so", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  for (const plan of ["01", "02", "03"])
    writeFileSync(join(folder, `summaries/${plan}-SUMMARY.md`), "");
  const path = join(folder, "agent-history.json");
  for (const [max_entries, rest] of [
    [2, "the last 2 of them"],
    [0, "none of them"],
  ]) {
    writeFileSync(path, JSON.stringify({ max_entries, entries: [] }));
    const rebuilt = await cabinet(dir, ["run-state", "reinitialize", "--force"]);
    expect(rebuilt.stdout).toBe(
      `The agent history was built anew from 3 summaries, and holds ${rest}.\n`,
    );
  }
});

test("commands that change a run at the same time wait for each other", async () => {
  const { dir, folder } = await activeCheckout();
  const titles = Array.from({ length: 12 }, (_, index) => `issue ${index}`);
  const endings = await Promise.all(
    titles.map((title) => cabinet(dir, ["run-state", "issue", title])),
  );
  expect(endings.filter(({ code }) => code !== 0)).toEqual([]);
  expect(readFileSync(join(folder, "ISSUES.md"), "utf8").match(/^## /gm)).toHaveLength(12);
});

test("a command waits for one that has the run for longer than an executor is waited for", async () => {
  const { dir, folder } = await activeCheckout();
  const other = await openRunState(folder, { executor: "cabinet" });
  const over = cabinet(dir, ["run-state", "issue", "later"]);
  const refused = await openRunState(folder, { executor: "x", timeoutMilliseconds: 1001 }).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: "PLANNING_RUN_HELD" });
  await other.close();
  expect(await over).toMatchObject({ code: 0 });
});

test("what agents wrote does not reach the terminal as it is", async () => {
  const dir = checkout([]);
  const hostile = "a\u009b\u202e\u001b[2Jb";
  mkdirSync(join(dir, "run/plans"), { recursive: true });
  writeFileSync(join(dir, `run/plans/${hostile}-PLAN.md`), "");
  const entry = { agent_id: hostile, plan: hostile, status: hostile, agent_type: hostile };
  writeFileSync(join(dir, "run/agent-history.json"), JSON.stringify({ entries: [entry] }));
  writeFileSync(
    join(dir, "run/executor.json"),
    JSON.stringify({ executor: hostile, token: "t", pid: 1 }),
  );
  const runs = [
    [],
    ["resume"],
    ["clarify", hostile],
    ["issue", "x", "--body", hostile],
    ["issue", "\u202e"],
    ["agent", hostile, "spawned"],
    ["agent", hostile, "completed"],
    ["summary", hostile],
    ["summary", "01", "--status", hostile],
    ["write", "--section", "a", "--body", hostile],
    ["write", "--field", `${hostile}=${hostile}`],
    ["run", "--executor", hostile, "--", "true"],
  ];
  for (const [word = "", ...rest] of runs) {
    const args = ["run-state", ...(word === "" ? [] : [word]), "--folder", "run", ...rest];
    const plain = await cabinet(dir, args);
    assertPrintable(plain.stdout + plain.stderr);
    const json = await cabinet(dir, ["--json", ...args]);
    assertPrintable(json.stdout + json.stderr);
  }
});
