import { expect, test } from "vitest";

import { cellsOf } from "./table-cells.ts";
import { BUILD, PLAN, sampleCheckout } from "./tracked.ts";

test("the commits of an agent are listed, newest last, with hashes that `grade` takes and their grades", async () => {
  const { dir, run, data } = await sampleCheckout();
  const { code, stdout, stderr } = await run("commits", "sonnet");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const time = "2026-01-02T10:00:00.000Z";
  expect(cellsOf(stdout)).toEqual([
    ["COMMIT", "TIME", "GRADES", "PROJECT", "TASK"],
    ["4f2a000", time, "-", "/elsewhere/site", "the login"],
    ["4f2a91c", time, "5 -1", dir, "the login"],
  ]);
  expect(await run("commits", "build", "--limit", "1")).toMatchObject({
    stdout: expect.not.stringContaining("4f2a000"),
    stderr: "The last 1 of 2: --limit <n> shows more.\n",
  });
  expect(await data("commits", "build", "--limit", "1")).toMatchObject({
    agent: BUILD,
    commits: [
      {
        commit_hash: "4f2a91c0de",
        project_path: dir,
        task: "the login",
        timestamp: time,
        grades: [
          { grade: 5, reason: null },
          { grade: -1, reason: null },
        ],
      },
    ],
  });
  expect((await run("commits", "plan")).stdout).toBe(`No commit of ${PLAN} is on record.\n`);
});

test("a grade for a commit that is not on record is recorded, with a warning", async () => {
  const { dir, run, data } = await sampleCheckout();
  const { code, stderr } = await run("grade", "plan", "abc", "--agent-grade", "1");
  expect(code).toBe(0);
  expect(stderr).toBe(
    `warning: no commit abc of ${PLAN} in ${dir} is on record; the grade was recorded. \`cabinet tracker commits <agent>\` lists those that are\n`,
  );
  expect(await data("status", "plan")).toMatchObject({ agent: { communication_score: 61 } });
});

test("a second grade for a commit counts as well, and a warning names the earlier ones", async () => {
  const { data, run } = await sampleCheckout();
  const { stderr } = await run("grade", "build", "4f2a91c", "--agent-grade", "good");
  expect(stderr).toBe(
    `warning: commit 4f2a91c0de of ${BUILD} was graded before: 5 (excellence) 2026-01-02T11:00:00.000Z, -1 (bad) 2026-01-02T11:00:00.000Z; those and the new grade all count\n`,
  );
  expect(await data("compare")).toMatchObject({ setups: [{ grades: 3 }, { grades: 0 }] });
  expect((await run("grade", "build", "4f2a000", "--agent-grade", "1")).stderr).toBe("");
});

test("the user's grade alone is one for how the agent communicated", async () => {
  const { run, data } = await sampleCheckout();
  const { stdout } = await run("grade", "build", "4f2a000", "--user-grade", "excellence");
  expect(stdout).toBe(
    `Graded commit 4f2a0000de of ${BUILD}: 5 (excellence) by the user. Its score: 64 → 69.\n`,
  );
  expect(await data("grade", "build", "4f2a000", "--user-grade=-1")).toMatchObject({
    agent_grade: null,
    user_grade: -1,
    agent: { communication_score: 68, experience_points: 5000 },
  });
});

test("where commits were pruned, the comparison says what it counts", async () => {
  const { run } = await sampleCheckout();
  await run("prune", "--before", "2026-02-01");
  expect((await run("compare")).stderr).toContain(
    `Only commits on record are counted, and not all are: ${BUILD} (0 of 2).`,
  );
});
