import type { Liveness } from "@x/atomic-fs";

import { entryOf, parseHistory, runningIn, type RunningAgent } from "./agent-history.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { readCurrentAgent } from "./current-agent.ts";
import { holderOf, livenessOf } from "./executor-claim.ts";
import { readClaim } from "./executor-lock.ts";
import { plansOf, summarizedPlans } from "./plan-files.ts";
import { foundRunning } from "./record-agent.ts";
import { type Resume, resumeOf } from "./resume.ts";
import { namesIn, readRunFile, runFolder } from "./run-files.ts";
import { clarificationsOf } from "./run-records.ts";
import type { RunHolder } from "./run-state-error.ts";
import { unsuccessfulPlans } from "./summary-facts.ts";
import { summariesOf } from "./summary-file.ts";

/**
 * Where the run of a folder goes on. Reads only, and takes no lock. Throws `RunStateError`
 * (`PLANNING_RUN_DAMAGED`, `PLANNING_RUN_NEWER`) rather than giving an answer that may be wrong, and
 * `PlanningError`.
 */
export async function detectResume(folder: string): Promise<Resume> {
  const top = runFolder(folder);
  const checkpoint = readRunFile(top, "checkpoint", parseCheckpoint)?.checkpoint;
  const plans = plansOf(namesIn(top, "plans"));
  return resumeOf({
    agent: runningAgent(top),
    checkpoint,
    plans,
    summarized: summarizedPlans(namesIn(top, "summaries")),
    unsuccessful: () => unsuccessfulPlans(summariesOf(top), plans),
    clarifications: clarificationsOf(top),
  });
}

/** Who has a run, and whether its process lives as far as can be seen from here. */
export interface RunExecutor extends RunHolder {
  readonly liveness: Liveness;
}

/** Who has the run of a folder, for display; null when nobody has. Reads only. Throws `PlanningError`. */
export async function readExecutor(folder: string): Promise<RunExecutor | null> {
  const claim = readClaim(runFolder(folder));
  return claim === undefined ? null : { ...holderOf(claim), liveness: livenessOf(claim) };
}

/** By the history; only where that is gone, by the file that says it for people. */
function runningAgent(folder: string): RunningAgent | undefined {
  const history = readRunFile(folder, "history", parseHistory);
  if (history !== undefined) return runningIn(history);
  const id = readCurrentAgent(folder);
  return id === undefined
    ? undefined
    : { ...entryOf(foundRunning(id, "")), agent_id: id, timestamp: null };
}
