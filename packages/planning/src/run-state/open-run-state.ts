import fs from "node:fs";
import { dirname } from "node:path";

import { createFolderSync } from "@x/atomic-fs";

import { parseHistory } from "./agent-history.ts";
import { createRunFile } from "./change-run-file.ts";
import { historyWithoutFile, noteCurrentAgent } from "./current-agent.ts";
import { assertExecutor, clock, holdRun, type OpenOptions } from "./hold-run.ts";
import { renderJson } from "./json-document.ts";
import { assertOwn, fenceOf } from "./run-fence.ts";
import { readRunFile, runFolder, runPath } from "./run-files.ts";
import { runOperations, type RunOperations } from "./run-operations.ts";
import { RunStateError } from "./run-state-error.ts";
import { STATE_START } from "./state-changes.ts";

/** A run that this process executes. */
export interface RunState extends RunOperations {
  /**
   * Leaves the run to others. Once: later calls do nothing. Throws `PLANNING_RUN_LOST` where it was taken
   * away meanwhile.
   */
  readonly close: () => Promise<void>;
}

/** The clock of an agent that works for the executor. */
export interface JoinOptions {
  /** Default: the system's clock. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Opens the run of a folder for its one executor: makes the folder, whose parent must be there, and the files
 * that are missing. Until `close`, or the end of this process by whatever means, every other executor
 * is refused (`PLANNING_RUN_HELD`, with `holder`).
 *
 * Throws `RunStateError` (also `PLANNING_RUN_DAMAGED`, `PLANNING_RUN_FOLDER_MISSING`, `PLANNING_RUN_INVALID`),
 * `PlanningError`, and `WriteError`, `LockedError` of `@x/atomic-fs`.
 */
export async function openRunState(folder: string, options: OpenOptions): Promise<RunState> {
  const top = runFolder(folder);
  assertExecutor(top, options);
  const { now = clock } = options;
  createFolderOf(top);
  const held = await holdRun(top, options);
  try {
    await held.fence.inside(() => prepare(top, now()));
  } catch (error) {
    await held.release().catch(() => {
      // Why the run cannot be opened goes first.
    });
    throw error;
  }
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= held.release());
  return { ...runOperations(held.fence, now), close };
}

/**
 * The operations of a run that another process has opened, for those that work for it: they have its
 * token. They are refused (`PLANNING_RUN_LOST`) as soon as that executor is gone or has closed the run.
 */
export async function joinRunState(
  folder: string,
  token: string,
  { now = clock }: JoinOptions = {},
): Promise<RunOperations> {
  const top = runFolder(folder);
  if (typeof token !== "string" || token === "") throw new TypeError("the token is no text");
  const fence = fenceOf(top, token, true);
  assertOwn(top, token, true);
  return runOperations(fence, now);
}

function createFolderOf(folder: string): void {
  const parent = dirname(folder);
  if (!fs.existsSync(parent)) {
    const reason = `there is no folder ${parent}`;
    throw new RunStateError("PLANNING_RUN_FOLDER_MISSING", folder, reason);
  }
  createFolderSync(folder);
}

/** What is there stays, but for the id of an agent that has ended. */
function prepare(folder: string, now: Date): void {
  for (const file of ["plans", "summaries"] as const) createFolderSync(runPath(folder, file));
  createRunFile(folder, "history", () => renderJson(historyWithoutFile(folder, now).document));
  const history = readRunFile(folder, "history", parseHistory);
  if (history !== undefined) noteCurrentAgent(folder, history);
  createRunFile(folder, "state", () => STATE_START);
  createRunFile(folder, "issues", () => "# Issues\n");
  createRunFile(folder, "clarifications", () => "# Clarifications\n");
}
