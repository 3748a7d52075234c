import fs from "node:fs";
import { join } from "node:path";

import { TrackerError } from "../errors.ts";

// Written first and removed last: what has it is known to be ours, whatever was killed when.
const MARK = "made-by-cabinet";
const MARK_TEXT =
  "Cabinet makes a database here that is to take the place of an old one, and removes this folder.\n";
const NEW_DATABASE = "agent-tracker.lmdb";

/** The folder beside a database in which the one is made that is to take its place. */
export function migrationFolderOf(path: string): string {
  return `${path}.migration`;
}

/** Whether one that was killed has left it. */
export function isMigrationFolder(folder: string): boolean {
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const names = fs.readdirSync(folder);
  const isKnown = names.every((name) => name === MARK || name.startsWith(NEW_DATABASE));
  return isKnown && (names.length === 0 || isMarked(folder));
}

function isMarked(folder: string): boolean {
  const mark = join(folder, MARK);
  const stats = fs.lstatSync(mark, { throwIfNoEntry: false });
  // A kill may have left the beginning of it.
  return stats?.isFile() === true && MARK_TEXT.startsWith(fs.readFileSync(mark, "utf8"));
}

/** Throws `TrackerError` (`TRACKER_NOT_REPLACED`) where something of that name is not known to be ours. */
export function assertNotInTheWay(folder: string): void {
  if (fs.lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  if (isMigrationFolder(folder)) return;
  const reason = `${folder} is in the way, and was not made by Cabinet: give it another name`;
  throw new TrackerError("TRACKER_NOT_REPLACED", reason, undefined, folder);
}

/** Makes it anew, and gives the path of the database that is to be made in it. Throws as `assertNotInTheWay`. */
export function makeMigrationFolder(folder: string): string {
  assertNotInTheWay(folder);
  removeMigrationFolder(folder);
  fs.mkdirSync(folder, { mode: 0o700 });
  fs.writeFileSync(join(folder, MARK), MARK_TEXT, { mode: 0o600 });
  return join(folder, NEW_DATABASE);
}

/** Removes it, and nothing that is not ours. */
export function removeMigrationFolder(folder: string): void {
  if (!isMigrationFolder(folder)) return;
  const others = fs.readdirSync(folder).filter((name) => name !== MARK);
  for (const name of others) fs.rmSync(join(folder, name), { recursive: true, force: true });
  fs.rmSync(join(folder, MARK), { force: true });
  fs.rmdirSync(folder);
}
