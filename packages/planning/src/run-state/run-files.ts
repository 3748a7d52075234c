import fs from "node:fs";
import { join, resolve } from "node:path";

import { assertContained } from "../contained.ts";
import { errnoOf } from "../errno.ts";
import { unreadable } from "../errors.ts";
import { readBounded } from "../read-bounded.ts";
import { RunFault } from "./run-fault.ts";
import { RunStateError } from "./run-state-error.ts";

/** What a run's folder holds. */
const NAMES = {
  state: "STATE.md",
  history: "agent-history.json",
  currentAgent: "current-agent-id.txt",
  checkpoint: "checkpoint.json",
  issues: "ISSUES.md",
  clarifications: "clarifications.md",
  plans: "plans",
  summaries: "summaries",
  /** What git is not to show. */
  ignore: ".gitignore",
  /** Who has the run: see `executor-claim.ts`. */
  claim: "executor.json",
  /** There is no such file: its lock is the executor's. */
  executor: "executor",
} as const;

export type RunFile = keyof typeof NAMES;

/** The absolute path of a run's folder. Throws TypeError for what names none. */
export function runFolder(folder: string): string {
  if (typeof folder === "string" && folder !== "") return resolve(folder);
  throw new TypeError("the folder of a run is no path");
}

/** Where it is. Throws `PlanningError` (`PLANNING_OUTSIDE`) where a link leads out of the folder. */
export function runPath(folder: string, file: RunFile): string {
  const path = join(folder, NAMES[file]);
  assertContained(folder, path);
  return path;
}

/** What `parse` makes of the bytes; undefined where there is no file. Throws `PlanningError`, `RunStateError`. */
export function readRunFile<R>(
  folder: string,
  file: RunFile,
  parse: (bytes: Uint8Array) => R,
): R | undefined {
  const path = runPath(folder, file);
  const bytes = readBounded(path);
  return bytes === undefined ? undefined : about(path, () => parse(bytes));
}

/** The names in one of the folders; none where it is not there. Throws `PlanningError`. */
export function namesIn(folder: string, file: "plans" | "summaries"): string[] {
  const path = runPath(folder, file);
  try {
    const entries = fs.readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw unreadable(path, error);
  }
}

/** What a rule gives; what it throws, with the file that it is about. */
export function about<R>(path: string, rule: () => R): R {
  try {
    return rule();
  } catch (error) {
    throw withPath(path, error);
  }
}

/** Of a fault that a rule has found, the error for callers; any other as it is. */
function withPath(path: string, error: unknown): unknown {
  if (!(error instanceof RunFault)) return error;
  return new RunStateError(error.code, path, error.message, { cause: error });
}
