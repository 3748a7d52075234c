import fs, { type BigIntStats } from "node:fs";
import { dirname } from "node:path";

import { syncFolderSync, WriteError, type WriteErrorCode } from "@x/atomic-fs";

import { errnoOf, reasonOf } from "../errno.ts";

/** What lies at a path itself: a link is not followed. Undefined: nothing. */
export function kindOf(path: string): "file" | "link" | "folder" | "other" | undefined {
  const stats = lookAt(path);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return "link";
  if (stats.isDirectory()) return "folder";
  return stats.isFile() ? "file" : "other";
}

/** What is moved here: a file, or a link as a link. */
export function isMovable(path: string): boolean {
  const kind = kindOf(path);
  return kind === "file" || kind === "link";
}

function lookAt(path: string): BigIntStats | undefined {
  try {
    return fs.lstatSync(path, { bigint: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return undefined;
    throw toWriteError(path, error);
  }
}

/**
 * Moves a file, or a link as a link, to a name that is nobody's; one that has gone is left alone. Durable
 * once both folders are synced. Throws `WriteError`.
 */
export function moveAway(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || lookAt(from) !== undefined) throw toWriteError(from, error);
  }
}

/**
 * Moves a file, or a link as a link, to its place. False, and it stays, when something else is there: an
 * agent takes no lock, so that is found out by the call which takes the place. Durable. Killed between
 * its calls it has left both names, and made again it takes the first one away. Throws `WriteError`.
 */
export function moveBack(from: string, to: string): boolean {
  try {
    if (!takePlace(from, to)) return false;
    // Of the two names, a power cut must not keep neither.
    syncFolderSync(dirname(to));
    // Where it was renamed, it has no other name.
    if (lookAt(from) !== undefined) fs.unlinkSync(from);
    return true;
  } catch (error) {
    throw toWriteError(to, error);
  }
}

function takePlace(from: string, to: string): boolean {
  try {
    // What link(2) makes of a link is not the same everywhere.
    if (kindOf(from) === "link") fs.symlinkSync(fs.readlinkSync(from, { encoding: "buffer" }), to);
    else fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return isSame(from, to);
    if (!NO_LINKS.has(errnoOf(error) ?? "")) throw error;
    // Without hard links, or the right to make one of somebody's file, a look must do.
    if (lookAt(to) !== undefined) return isSame(from, to);
    fs.renameSync(from, to);
    return true;
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/** Two names of one file, or two links of one text. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [lookAt(one), lookAt(other)];
  if (a === undefined || b === undefined) return false;
  if (a.isSymbolicLink() && b.isSymbolicLink()) {
    return fs.readlinkSync(one, "latin1") === fs.readlinkSync(other, "latin1");
  }
  return a.isFile() && a.ino === b.ino && a.dev === b.dev && a.ino !== 0n;
}

const CODE_OF_ERRNO: Readonly<Record<string, WriteErrorCode>> = {
  ENOSPC: "ATOMIC_FS_NO_SPACE",
  EDQUOT: "ATOMIC_FS_NO_SPACE",
  EACCES: "ATOMIC_FS_ACCESS_DENIED",
  EPERM: "ATOMIC_FS_ACCESS_DENIED",
  EROFS: "ATOMIC_FS_READ_ONLY",
  ENOTDIR: "ATOMIC_FS_NOT_DIRECTORY",
};

/** What a system call threw, as callers test it. */
function toWriteError(path: string, error: unknown): WriteError {
  if (error instanceof WriteError) return error;
  const code = CODE_OF_ERRNO[errnoOf(error) ?? ""] ?? "ATOMIC_FS_IO";
  return new WriteError(code, path, reasonOf(error), { cause: error });
}
