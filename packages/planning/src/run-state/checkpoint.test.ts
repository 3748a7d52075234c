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

test("a plan whose tasks are all completed is not forgotten when the next one is begun", () => {
  const second = nextCheckpoint(stored({ ...request, last_completed_task: 3 }), {
    ...request,
    plan: "03",
  });
  expect(second.document).toMatchObject({ plan: "03", finished_plans: ["02-1"] });
  const again = nextCheckpoint(stored(second.document), { ...request, plan: "03" });
  expect(again.checkpoint.finished_plans).toEqual(["02-1"]);
  const half = nextCheckpoint(stored(again.document), { ...request, plan: "04" });
  expect(half.checkpoint.finished_plans).toEqual(["02-1"]);
});

test("a plan that is begun again is not finished any more", () => {
  const listed = stored({ ...request, plan: "03", finished_plans: [1, "2-1"] });
  const { document, checkpoint } = nextCheckpoint(listed, request);
  expect(checkpoint).toMatchObject({ plan: "02-1", finished_plans: ["1"] });
  expect(nextCheckpoint(stored(document), { ...request, plan: "04" }).checkpoint).toMatchObject({
    finished_plans: ["1"],
  });
});

test("what older tools write as numbers and as digits is understood", () => {
  const old = { plan: 7, last_completed_task: "1", total_tasks: "3", task_commits: null };
  expect(stored(old).checkpoint).toEqual({
    plan: "7",
    last_completed_task: 1,
    total_tasks: 3,
    task_commits: [],
    finished_plans: [],
  });
});

test.each([[{}], [null], [{ note: "cleared" }], [{ plan: null, total_tasks: null }]])(
  "%j says nothing of any plan",
  (value) => {
    expect(stored(value).checkpoint).toBeUndefined();
  },
);

test.each([
  [[]],
  ["text"],
  [{ plan: "1" }],
  [{ ...request, plan: [7] }],
  [{ ...request, total_tasks: "3.5" }],
  [{ ...request, finished_plans: "01" }],
  [{ ...request, finished_plans: [null] }],
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
