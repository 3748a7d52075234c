import type { LockOptions } from "@x/atomic-fs";

import { assertInPlanning } from "./contained.ts";
import { PlanningError } from "./errors.ts";
import { hideFromGit } from "./git-ignore.ts";
import { getPlanningPaths, type Place } from "./planning-paths.ts";
import { assertBounded, assertReadable, readBounded } from "./read-bounded.ts";
import { parseStatus, type SpecStatus } from "./spec-status.ts";
import { updateFileSync } from "./update-file.ts";
import { YamlFault } from "./yaml-map.ts";

// A byte order mark is part of the file, and stays.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The status of a spec; null where there is none. Throws `SpecNameError`, and `PlanningError`
 * (`PLANNING_STATUS_CORRUPT`, `PLANNING_UNREADABLE`, `PLANNING_TOO_LARGE`, `PLANNING_OUTSIDE`).
 */
export function readStatus(spec: string, cwd?: Place): SpecStatus | null {
  return readStatusText(spec, cwd, parseStatus) ?? null;
}

/** What `parse` makes of the text of a spec's status; undefined where there is none. As `readStatus`. */
export function readStatusText<R>(
  spec: string,
  cwd: Place | undefined,
  parse: (text: string) => R,
): R | undefined {
  const { planning, status: path } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, path);
  const bytes = readBounded(path);
  return bytes === undefined ? undefined : inFile(path, () => parse(decode(bytes)));
}

/** What is to become of the text of a status. The same text, or no `data`: the file stays as it is. */
type StatusStep<R> = (text: string | undefined) => {
  readonly data?: string | undefined;
  readonly result: R;
};

/**
 * Changes the text of a spec's status by a step, and gives the step's result. Atomic, exclusive, durable. What
 * a step makes must be a status. Throws what `readStatus` throws, and the errors of `@x/atomic-fs`.
 */
export function changeStatus<R>(
  spec: string,
  cwd: Place | undefined,
  options: LockOptions,
  step: StatusStep<R>,
): R {
  const { planning, status: path } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, path);
  hideFromGit(planning);
  assertReadable(path);
  return updateFileSync(
    path,
    (bytes) => {
      if (bytes !== undefined) assertBounded(path, bytes.byteLength);
      const text = bytes === undefined ? undefined : inFile(path, () => decode(bytes));
      const { data, result } = inFile(path, () => step(text));
      if (data === undefined || data === text) return { result };
      inFile(path, () => parseStatus(data));
      assertBounded(path, Buffer.byteLength(data));
      return { data, result };
    },
    options,
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new YamlFault("it is not UTF-8", { cause: error });
  }
}

/** What is wrong with the text is wrong with the file. */
function inFile<R>(path: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    throw new PlanningError("PLANNING_STATUS_CORRUPT", path, error.message, error);
  }
}
