import fs from "node:fs";

import { PRIVATE_MODE } from "./private-mode.ts";

/**
 * LMDB maps its lock file, `<path>-lock`, and writes to it through the map: a page for which the disk
 * has no room would end the process (SIGBUS). So the room is taken beforehand, by a write that fails
 * with an error. One that is there stays as it is: others may be using it, and count its readers by
 * its size.
 */
export function reserveLockFile(path: string, maxReaders: number): void {
  const lockFile = lockFilePath(path);
  // To open and to close it would give up the locks that this process may have on it.
  if ((fs.statSync(lockFile, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const descriptor = fs.openSync(lockFile, "a", PRIVATE_MODE);
  try {
    fill(descriptor, lockFileBytes(maxReaders));
  } finally {
    fs.closeSync(descriptor);
  }
}

function fill(descriptor: number, bytes: number): void {
  try {
    for (let left = bytes; left > 0;) left -= fs.writeSync(descriptor, Buffer.alloc(left));
  } catch (error) {
    // A part of it would be taken for a whole one, and made longer without room for it.
    fs.ftruncateSync(descriptor, 0);
    throw error;
  }
}

/**
 * For the lock file of a database that is not there any more. Who has that one open keeps it, and its
 * lock file: two databases that shared one would hear of transactions that the other one has made.
 */
export function removeLockFile(path: string): void {
  fs.rmSync(lockFilePath(path), { force: true });
}

/**
 * Whether this process has the lock file open, in another thread, or by another program in it. LMDB's
 * file locks are those of the whole process, and gone when any of its threads closes the file: others
 * would take the database for unused. Known on Linux only.
 */
export function isOpenElsewhere(path: string): boolean {
  const lockFile = lockFilePath(path);
  try {
    return fs.readdirSync(OWN_DESCRIPTORS).some((name) => linkOf(name) === lockFile);
  } catch {
    // There is no such folder elsewhere.
    return false;
  }
}

const OWN_DESCRIPTORS = "/proc/self/fd";

function linkOf(descriptor: string): string | undefined {
  try {
    return fs.readlinkSync(`${OWN_DESCRIPTORS}/${descriptor}`);
  } catch {
    // That of the folder itself is closed by now.
    return undefined;
  }
}

function lockFilePath(path: string): string {
  return `${path}-lock`;
}

// A line of the cache for each reader, some more for the head: never less than what LMDB asks for.
const READER_BYTES = 64;
const HEAD_BYTES = 4096;

function lockFileBytes(maxReaders: number): number {
  return HEAD_BYTES + maxReaders * READER_BYTES;
}
