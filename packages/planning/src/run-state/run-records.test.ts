import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  detectResume,
  listClarifications,
  listIssues,
  openRunState,
  readCheckpoint,
  type RunState,
} from "./index.ts";

async function open(folder: string): Promise<RunState> {
  const run = await openRunState(folder, { executor: "one", timeoutMilliseconds: 0 });
  onTestFinished(() => run.close());
  return run;
}

const runFolder = (): string => join(temporaryFolder(), ".long-run");

test("what a run has recorded can be read back, and a run without it has nothing", async () => {
  const folder = runFolder();
  expect(await readCheckpoint(folder)).toBeNull();
  expect(await listClarifications(folder)).toEqual([]);
  expect(await listIssues(folder)).toEqual([]);
  const run = await open(folder);
  await run.writeCheckpoint({ plan: "01", last_completed_task: 1, total_tasks: 1 });
  await run.writeCheckpoint({ plan: "02", last_completed_task: 0, total_tasks: 1 });
  await run.recordClarification({ question: "Which?" });
  await run.recordClarification({ question: "Why?", answer: "Because." });
  await run.appendIssue({ title: "Slow", plan: "02" });
  expect(await readCheckpoint(folder)).toMatchObject({ plan: "02", finished_plans: ["01"] });
  expect(await listClarifications(folder)).toMatchObject([
    { id: "C-1", answer: null },
    { id: "C-2", answer: "Because." },
  ]);
  expect(await listIssues(folder)).toEqual([{ id: "ISS-1", title: "Slow", plan: "02" }]);
});

test("what detectResume gives of a running agent is what ends it", async () => {
  const folder = runFolder();
  const run = await open(folder);
  await run.recordAgent({ agent_id: "a1", status: "spawned" });
  await run.recordClarification({ question: "Which?" });
  const resume = await detectResume(folder);
  expect(resume.pending).toMatchObject([{ id: "C-1", question: "Which?" }]);
  if (resume.kind !== "agent") throw new Error(`it is ${resume.kind}`);
  await run.recordAgent({ agent_id: resume.agent.agent_id, status: "interrupted" });
  expect(await detectResume(folder)).toMatchObject({ kind: "clarification" });
});

test("clarifications that cannot be understood are no run without questions", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const path = join(folder, "clarifications.md");
  writeFileSync(path, "# Clarifications\n\n```\n\n## C-1\n\n> Which?\n");
  const damaged = expect.objectContaining({ code: "PLANNING_RUN_DAMAGED", path });
  await expect(detectResume(folder)).rejects.toThrow(damaged);
  await expect(run.recordClarification({ question: "Why?" })).rejects.toThrow(damaged);
});
