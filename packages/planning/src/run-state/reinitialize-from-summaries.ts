import fs from "node:fs";

import { assertExecutor, holdRun, type OpenOptions } from "./hold-run.ts";
import { type Reinitialized, reinitialize, type ReinitializeRequest } from "./reinitialize.ts";
import { runFolder } from "./run-files.ts";
import { RunStateError } from "./run-state-error.ts";

/** Who rebuilds the run, and whether a sound history is rebuilt as well. */
export interface ReinitializeOptions extends OpenOptions, ReinitializeRequest {}

/**
 * Brings back a run whose files are beyond repair. What was cut short by a crash is finished where it can be;
 * else the agent history is built anew from the summaries, each with the outcome that it states, and a
 * damaged checkpoint is set aside. Nothing is lost: what is replaced is set aside as `.broken-<digits>`.
 *
 * Throws `RunStateError`: `PLANNING_RUN_SOUND` where nothing is damaged (and not `force`), `PLANNING_RUN_HELD`,
 * `PLANNING_RUN_NEWER`, `PLANNING_RUN_FOLDER_MISSING`; and what `openRunState` throws else.
 */
export async function reinitializeFromSummaries(
  folder: string,
  options: ReinitializeOptions,
): Promise<Reinitialized> {
  const top = runFolder(folder);
  assertExecutor(top, options);
  if (!fs.existsSync(top)) {
    throw new RunStateError("PLANNING_RUN_FOLDER_MISSING", top, "there is no such folder");
  }
  const held = await holdRun(top, options);
  try {
    return await held.fence.inside(() => reinitialize(top, options));
  } finally {
    await held.release();
  }
}
