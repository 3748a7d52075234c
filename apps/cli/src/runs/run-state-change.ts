import { joinRunState, openRunState, type RunOperations } from "@x/planning/run-state";

import type { Invocation } from "../command.ts";
import { runAround } from "./run-state-around.ts";
import type { RunPlace } from "./run-state-folder.ts";
import { afterOtherCommands, MOMENTARY_EXECUTOR } from "./run-state-patience.ts";

/**
 * The run of the `run-state run` around the caller, where that has it; undefined where there is none. Throws
 * `PLANNING_RUN_LOST` where it is over: whatever it has left behind begins nothing of its own.
 */
export async function runInItsName(
  { env, now }: Invocation,
  { folder }: RunPlace,
): Promise<RunOperations | undefined> {
  const around = runAround(env, folder);
  return around && joinRunState(folder, around.token, { now });
}

/**
 * Changes a run: in the name of the `run-state run` around the caller, where that has it; else as an executor
 * for a moment, which waits for other such ones. Throws what `joinRunState` or `openRunState` throws, and what the change throws.
 */
export async function changeRun<R>(
  invocation: Invocation,
  place: RunPlace,
  change: (run: RunOperations) => Promise<R>,
): Promise<R> {
  const joined = await runInItsName(invocation, place);
  if (joined !== undefined) return change(joined);
  const { now } = invocation;
  const options = { executor: MOMENTARY_EXECUTOR, now };
  const run = await afterOtherCommands(() => openRunState(place.folder, options));
  try {
    return await change(run);
  } finally {
    await run.close();
  }
}
