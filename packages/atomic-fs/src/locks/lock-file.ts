import { constants } from "node:fs";
import { dirname, join } from "node:path";

import { errnoOf, type LockHolder } from "../errors.ts";
import { type FileCalls, runSync } from "../file-calls.ts";
import { isWithoutLinks } from "../is-without-links.ts";
import { nonce } from "../nonce.ts";
import { type Liveness, livenessOf, type LookOptions } from "../processes/liveness.ts";
import { ownIdentity, type ProcessIdentity } from "../processes/process-identity.ts";
import { retryOnWindows } from "../retry-on-windows.ts";
import { closeAfter } from "../sync-folder.ts";

/**
 * The invariant: at most one live owner. The lock is a symbolic link whose target is the owner's
 * identity, so that taking it and saying whose it is are one atomic call, and one unlink releases.
 *
 * A dead owner's lock is removed only under a guard, itself such a lock, named after the dead
 * owner's nonce; under the guard the lock is read again. Every owner has a nonce of its own, so
 * who comes late finds another owner there and leaves the lock alone.
 */
const FORMAT = "1";

const PRIVATE_MODE = 0o600;

/** The text that makes a lock this thread's: its identity, and a nonce for this one hold. */
export function createOwner(): string {
  const { machine, boot, namespace, pid, thread, start } = ownIdentity();
  const task = thread === undefined ? String(pid) : `${pid}.${thread}`;
  return [FORMAT, machine, boot, namespace, task, start, nonce()].join("-");
}

/** One try: false when somebody has it. */
export function takeLock(files: FileCalls, lockPath: string, owner: string): boolean {
  try {
    files.symlink(owner, lockPath);
    return true;
  } catch (error) {
    // A network file system may have done what it says it could not (open(2), O_EXCL).
    if (errnoOf(error) === "EEXIST") return readOwner(files, lockPath) === owner;
    if (!isWithoutLinks(error)) throw error;
    return takeLockFile(files, lockPath, owner);
  }
}

/**
 * Where there are no symbolic links (Windows without the right to make them, FAT): a file that has
 * its content before it gets its name. On FAT, without hard links too, one that gets it just after:
 * who is killed in between leaves a lock that names nobody.
 */
function takeLockFile(files: FileCalls, lockPath: string, owner: string): boolean {
  const temporary = join(dirname(lockPath), `.${nonce()}.lock`);
  createFile(files, temporary, owner);
  try {
    files.link(temporary, lockPath);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    if (!isWithoutLinks(error)) throw error;
  } finally {
    tryToRemove(files, temporary);
  }
  try {
    createFile(files, lockPath, owner);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

function createFile(files: FileCalls, path: string, text: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const descriptor = files.open(path, flags, PRIVATE_MODE);
  try {
    const bytes = Buffer.from(text);
    const written = files.write(descriptor, bytes, 0, bytes.length);
    if (written !== bytes.length) throw new Error(`${written} of ${bytes.length} bytes written`);
  } catch (error) {
    tryToRemove(files, path);
    closeAfter(files, descriptor, error);
  }
  try {
    files.close(descriptor);
  } catch (error) {
    tryToRemove(files, path);
    throw error;
  }
}

function tryToRemove(files: FileCalls, path: string): void {
  try {
    removeIfPresent(files, path);
  } catch {
    // Whether the lock was taken matters more than a leftover that nobody looks at.
  }
}

/** The owner's text; empty when something else lies there; undefined when the lock is free. */
export function readOwner(files: FileCalls, lockPath: string): string | undefined {
  try {
    return files.readlink(lockPath);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return undefined;
    if (errno !== "EINVAL" && errno !== "UNKNOWN") throw error;
  }
  try {
    return Buffer.from(files.readFile(lockPath)).toString("latin1");
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return undefined;
    // A folder, somebody's private file, or one that Windows is about to remove.
    if (["EISDIR", "EACCES", "EPERM", "EBUSY"].includes(errno ?? "")) return "";
    throw error;
  }
}

/** Gives the lock back. False when it was no longer this owner's: then it is left alone. */
export function releaseLock(files: FileCalls, lockPath: string, owner: string): boolean {
  if (readOwnerAgain(files, lockPath) !== owner) return false;
  removeIfPresent(files, lockPath);
  return true;
}

/** A lock that a living process does not give back is held for ever: one failure is not taken for an answer. */
function readOwnerAgain(files: FileCalls, lockPath: string): string | undefined {
  try {
    return readOwner(files, lockPath);
  } catch {
    // What stands in the way, the second try tells.
    return readOwner(files, lockPath);
  }
}

/** Frees the lock of a dead owner. False when another breaker is at it. */
export function breakLock(
  files: FileCalls,
  lockPath: string,
  owner: string,
  ownerNonce: string,
): boolean {
  // As short as it can be: the name of the lock may fill what a name can hold.
  const guardPath = join(dirname(lockPath), `.${ownerNonce}.lock`);
  const breaker = createOwner();
  while (!takeLock(files, guardPath, breaker)) {
    const other = readOwner(files, guardPath);
    if (other === undefined) continue;
    const seen = lookAt(other);
    if (seen?.state !== "dead" || !breakLock(files, guardPath, other, seen.nonce)) return false;
  }
  try {
    if (readOwner(files, lockPath) === owner) removeIfPresent(files, lockPath);
  } finally {
    releaseLock(files, guardPath, breaker);
  }
  return true;
}

interface Seen extends Omit<LockHolder, "state"> {
  readonly state: Liveness;
  readonly nonce: string;
}

/** Whether the text names an owner. */
export function isOwner(text: string): boolean {
  return parseOwner(text) !== undefined;
}

/** What is known of an owner; undefined when the text is none of ours. */
export function lookAt(owner: string, options?: LookOptions): Seen | undefined {
  const parsed = parseOwner(owner);
  if (parsed === undefined) return undefined;
  const { identity, nonce: ownerNonce } = parsed;
  const here = ownIdentity();
  const isThisProcess = isSameProcess(identity, here);
  const isThisThread = isThisProcess && identity.thread === here.thread;
  const state = isThisThread ? "alive" : livenessOf(identity, here, options);
  return { pid: identity.pid, state, isThisProcess, nonce: ownerNonce };
}

function parseOwner(text: string): { identity: ProcessIdentity; nonce: string } | undefined {
  const [format, machine, boot, namespace, task, start, ownerNonce, ...rest] = text.split("-");
  if (format !== FORMAT || rest.length > 0) return undefined;
  const ids = /^([1-9]\d*)(?:\.([1-9]\d*))?$/.exec(task ?? "");
  if (!machine || !boot || !namespace || !start || ids === null) return undefined;
  if (ownerNonce === undefined || !/^[0-9a-z]{8}$/.test(ownerNonce)) return undefined;
  const pid = Number(ids[1]);
  const thread = ids[2] === undefined ? undefined : Number(ids[2]);
  return { identity: { machine, boot, namespace, pid, thread, start }, nonce: ownerNonce };
}

function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return (
    one.machine === other.machine &&
    one.boot === other.boot &&
    one.namespace === other.namespace &&
    one.pid === other.pid &&
    // Of two threads, each tells its own start.
    (one.thread !== other.thread || one.start === other.start)
  );
}

export function removeIfPresent(files: FileCalls, path: string): void {
  try {
    files.unlink(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    runSync(
      retryOnWindows(() => files.unlink(path)),
      files,
    );
  }
}
