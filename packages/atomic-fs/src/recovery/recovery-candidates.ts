import { dirname } from "node:path";

import { errnoOf } from "../errors.ts";
import type { FileCalls } from "../file-calls.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { isComplete } from "../temporary-path.ts";
import { type ListedOrphan, listOrphans } from "./find-orphans.ts";
import { listAsides } from "./quarantine-file.ts";
import { faultOf, type Inspected, type Validator } from "./validate-file.ts";

/** A file that is missing or invalid. */
export type Damaged = Exclude<Inspected, { state: "valid" }>;

const UNUSABLE: ReadonlySet<string | undefined> = new Set([
  "EACCES",
  "EPERM",
  "ERR_OUT_OF_RANGE",
  "ERR_STRING_TOO_LONG",
]);

/** Whether an orphan is of no use for this user, or to anybody: it keeps no other one from the place of the file. */
export function isUnusable(error: unknown): boolean {
  return UNUSABLE.has(errnoOf(error));
}

/** Whether it is whole, valid, and newer. Throws what reading it throws. */
export function mayTakePlace(
  files: FileCalls,
  orphan: ListedOrphan,
  target: string,
  validate: Validator,
  since: number,
): boolean {
  // Another name of the file may be somebody's who still writes to it.
  if (orphan.stats.mtimeMs <= since || orphan.stats.nlink !== 1) return false;
  return isWhole(files, orphan, target, validate);
}

/** When the content was written that the file has, or had when it was last set aside. */
export function latestOf(files: FileCalls, target: string, found: Damaged): number {
  if (found.state === "invalid") return found.file.stats.mtimeMs;
  const asides = listAsides(files, target).map((aside) => files.lstat(aside));
  // An empty one is a name that was taken, and its process killed before it had a content.
  const known = asides.filter((stats) => stats !== undefined && stats.size > 0);
  return Math.max(...known.map((stats) => stats?.mtimeMs ?? -Infinity));
}

/**
 * In a folder where everybody may create files, such as /tmp, somebody else's are no concern of this
 * user: one belongs to who asks, to the owner of the file or of the folder, or to root.
 */
export function deadOrphans(files: FileCalls, target: string, found: Inspected): ListedOrphan[] {
  const owner = found.state === "missing" ? undefined : found.file.stats.uid;
  const users = new Set([process.geteuid?.(), 0, owner, files.lstat(dirname(target))?.uid]);
  return listOrphans(files, target).filter(
    ({ orphan, stats }) =>
      orphan.writer === "dead" &&
      // Windows tells no owners.
      (process.platform === "win32" || users.has(stats.uid)),
  );
}

/** Where the name does not tell what the file was to hold, what the validator sees must do. */
function isWhole(
  files: FileCalls,
  { orphan, name }: ListedOrphan,
  target: string,
  validate: Validator,
): boolean {
  const file = readRegularFile(files, orphan.path);
  if (file === undefined || isComplete(name, file.bytes) === false) return false;
  return faultOf(file.bytes, target, validate) === undefined;
}
