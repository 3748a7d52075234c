import { joinRunState, openRunState, type RunOperations } from "@x/planning/run-state";
import { realPathOf } from "@x/registry-core/workspace";

import type { Invocation } from "./command.ts";
import type { RunPlace } from "./run-state-folder.ts";

/** What a command calls itself that has a run for a moment. */
export const MOMENTARY_EXECUTOR = "cabinet";

/** What `run-state run` tells its command, whose commands then change the run in its name. */
export function runEnvironment({ folder, token }: RunOperations): Record<string, string> {
  return { CABINET_RUN_STATE: folder, CABINET_RUN_TOKEN: token };
}

/**
 * Changes a run: in the name of the `run-state run` around the caller, where that has it; else as an executor
 * for a moment. Throws what `joinRunState` or `openRunState` throws, and what the change throws.
 */
export async function changeRun<R>(
  { env, now }: Invocation,
  { folder }: RunPlace,
  change: (run: RunOperations) => Promise<R>,
): Promise<R> {
  const token = tokenFor(folder, env);
  if (token !== undefined) return change(await joinRunState(folder, token, { now }));
  const run = await openRunState(folder, { executor: MOMENTARY_EXECUTOR, now });
  try {
    return await change(run);
  } finally {
    await run.close();
  }
}

function tokenFor(folder: string, env: Invocation["env"]): string | undefined {
  const { CABINET_RUN_STATE: around, CABINET_RUN_TOKEN: token } = env;
  if (!around || !token) return undefined;
  const isSame = around === folder || (realPathOf(around) ?? "") === realPathOf(folder);
  return isSame ? token : undefined;
}
