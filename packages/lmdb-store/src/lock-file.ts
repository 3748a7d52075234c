import fs from "node:fs";
import { basename, join } from "node:path";

import { DatabaseError } from "./errors.ts";
import { linkFile } from "./link-file.ts";
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
 * Gives the lock file of a database a second name, for a database that gets another name; it is made where there is
 * none, so that nobody makes one meanwhile. False: something else has that name.
 */
export function linkLockFile(path: string, otherPath: string): boolean {
  const lockFile = lockFilePath(path);
  // One that is there is not opened: to close it would give up the locks that this process may have on it.
  if (!fs.existsSync(lockFile)) fs.closeSync(fs.openSync(lockFile, "a", PRIVATE_MODE));
  return linkFile(lockFile, lockFilePath(otherPath));
}

/** Whether another database has it, too: one that was here before, and has another name now. */
export function isLockFileShared(path: string): boolean {
  return (fs.statSync(lockFilePath(path), { throwIfNoEntry: false })?.nlink ?? 0) > 1;
}

/**
 * Throws `DatabaseError` (`LMDB_STORE_IN_USE`) where a process has the database open, of whatever program. Known on Linux
 * only, of processes that this user may look into.
 */
export function assertNotOpen(path: string): void {
  const [user] = usersOf(lockFilePath(path));
  if (user === undefined) return;
  throw new DatabaseError("LMDB_STORE_IN_USE", path, `${user} has it open`);
}

function usersOf(file: string): string[] {
  const stats = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return [];
  return namesIn(PROCESSES)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => hasOpen(join(PROCESSES, pid, "fd"), file, stats))
    .map((pid) => `process ${pid}${programOf(pid)}`);
}

function hasOpen(descriptors: string, file: string, { ino, dev }: fs.BigIntStats): boolean {
  return namesIn(descriptors).some((name) => {
    const descriptor = join(descriptors, name);
    try {
      // Others may see it under another path; to look at each of theirs could wait for a pipe.
      if (basename(fs.readlinkSync(descriptor)) !== basename(file)) return false;
      const stats = fs.statSync(descriptor, { bigint: true });
      return stats.ino === ino && stats.dev === dev;
    } catch {
      // It is closed by now.
      return false;
    }
  });
}

function programOf(pid: string): string {
  try {
    return ` (${fs.readFileSync(join(PROCESSES, pid, "comm"), "utf8").trim()})`;
  } catch {
    // It has ended.
    return "";
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    // Of another user, gone, or no Linux.
    return [];
  }
}

const PROCESSES = "/proc";

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
