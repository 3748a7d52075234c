import { expect, test } from "vitest";

import { assertCheckpoint, nextCheckpoint, parseCheckpoint } from "./checkpoint.ts";

const request = { plan: "02-1", last_completed_task: 1, total_tasks: 3 };
const stored = (value: unknown) => parseCheckpoint(Buffer.from(JSON.stringify(value)));

test("what another tool has written into a checkpoint stays", () => {
  const before = stored({ ...request, task_commits: ["c1"], note: "keep" });
  const { document } = nextCheckpoint(before, {
    ...request,
    last_completed_task: 2,
    added_commits: ["c2", "c1"],
  });
  expect(document).toEqual({
    note: "keep",
    plan: "02-1",
    last_completed_task: 2,
    total_tasks: 3,
    task_commits: ["c1", "c2"],
  });
});

test("the commits of one plan are not those of the next", () => {
  const before = stored({ ...request, task_commits: ["c1"] });
  expect(nextCheckpoint(before, { ...request, plan: "03" }).checkpoint.task_commits).toEqual([]);
  const given = nextCheckpoint(before, { ...request, task_commits: ["c9"] });
  expect(given.checkpoint.task_commits).toEqual(["c9"]);
});

test.each([[{}], [null], [{ note: "cleared" }]])("%j says nothing of any plan", (value) => {
  expect(stored(value).checkpoint).toBeUndefined();
});

test.each([
  [[]],
  ["text"],
  [{ plan: "1" }],
  [{ ...request, plan: 7 }],
  [{ ...request, last_completed_task: 4 }],
  [{ ...request, last_completed_task: -1 }],
  [{ ...request, total_tasks: 1.5 }],
  [{ ...request, task_commits: [1] }],
])("%j is damaged", (value) => {
  expect(() => stored(value)).toThrow(expect.objectContaining({ code: "PLANNING_RUN_DAMAGED" }));
});

test.each([
  [{ plan: "a/b" }],
  [{ last_completed_task: 4 }],
  [{ last_completed_task: -1 }],
  [{ total_tasks: Number.NaN }],
  [{ task_commits: [""] }],
  [{ added_commits: ["a\nb"] }],
])("%j is no checkpoint", (fields) => {
  expect(() => assertCheckpoint({ ...request, ...fields })).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_INVALID" }),
  );
});
