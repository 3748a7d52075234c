import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { writeFileAtomic } from "@x/atomic-fs";
import { detectResume, openRunState, type Resume, type RunState } from "@x/planning/run-state";

/** What an executor does in a run of two plans, step by step. Each step is one operation. */

const CLOCK = { now: () => new Date("2026-07-01T10:00:00.000Z") };

type Step = (run: RunState) => Promise<unknown>;

const STEPS: readonly Step[] = [
  (run) => writeFileAtomic(join(run.folder, "plans/01-PLAN.md"), "# One\n"),
  (run) => writeFileAtomic(join(run.folder, "plans/02-PLAN.md"), "# Two\n"),
  (run) => run.recordAgent({ agent_id: "a1", plan: "01", status: "spawned" }),
  (run) => checkpoint(run, 0),
  (run) => run.writeState({ fields: { Plan: "01" }, sections: { Next: "Task 1." } }),
  (run) => checkpoint(run, 1, "c1"),
  (run) => run.recordAgent({ agent_id: "a1", status: "interrupted" }),
  (run) => run.recordAgent({ agent_id: "a1", status: "resumed" }),
  (run) => run.appendIssue({ title: "Slow login", body: "It takes 3 s." }),
  (run) => checkpoint(run, 2, "c2"),
  (run) => run.recordAgent({ agent_id: "a1", status: "completed" }),
  (run) => run.writeSummary({ plan: "01", body: "# Done\n" }),
  (run) => run.recordClarification({ question: "Which database?" }),
  (run) => run.recordAgent({ agent_id: "a2", plan: "02", status: "spawned" }),
  (run) => run.recordAgent({ agent_id: "a2", status: "interrupted" }),
  (run) => run.recordAgent({ agent_id: "a2", status: "resumed" }),
  (run) => run.recordAgent({ agent_id: "a2", status: "completed" }),
  (run) => writeFileAtomic(join(run.folder, "summaries/02-SUMMARY.md"), "# Done\n"),
  (run) => run.recordClarification({ id: "C-1", answer: "PostgreSQL." }),
];

/** That many steps there are, and `openRunState` is the step before the first. */
export const STEP_COUNT = STEPS.length;

function checkpoint(run: RunState, task: number, ...added_commits: readonly string[]) {
  return run.writeCheckpoint({
    plan: "01",
    last_completed_task: task,
    total_tasks: 2,
    added_commits,
  });
}

/** Opens the run at once, makes the steps from that one on, and closes it. `onStep` is called after each. */
export async function runScript(
  folder: string,
  from: number,
  onStep: (done: number) => void | Promise<void> = () => {},
): Promise<void> {
  const run = await openRunState(folder, {
    executor: "scripted",
    timeoutMilliseconds: 0,
    ...CLOCK,
  });
  await onStep(from);
  for (const [index, step] of STEPS.entries()) {
    if (index < from) continue;
    await step(run);
    await onStep(index + 1);
  }
  await run.close();
}

/** What counts of a run's folder: its files, and where it goes on. */
export interface Standing {
  readonly files: Readonly<Record<string, string>>;
  readonly resume: Resume;
}

const FILES = [
  "STATE.md",
  "agent-history.json",
  "checkpoint.json",
  "ISSUES.md",
  "clarifications.md",
  "plans/01-PLAN.md",
  "plans/02-PLAN.md",
  "summaries/01-SUMMARY.md",
  "summaries/02-SUMMARY.md",
];

export async function standingOf(folder: string): Promise<Standing> {
  const there = FILES.filter((name) => existsSync(join(folder, name)));
  const files = there.map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
  return { files: Object.fromEntries(files), resume: await detectResume(folder) };
}
