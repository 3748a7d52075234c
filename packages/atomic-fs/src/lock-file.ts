import fs from "node:fs";
import { dirname, join } from "node:path";

import { errnoOf, type LockHolder } from "./errors.ts";
import { nonce } from "./nonce.ts";
import {
  type Liveness,
  livenessOf,
  ownIdentity,
  type ProcessIdentity,
} from "./process-identity.ts";

/**
 * The invariant: at most one live owner. The lock is a symbolic link whose target is the owner's
 * identity, so that taking it and saying whose it is are one atomic call, and one unlink releases.
 *
 * A dead owner's lock is removed only under a guard, itself such a lock, named after the dead
 * owner's nonce; under the guard the lock is read again. Every owner has a nonce of its own, so
 * who comes late finds another owner there and leaves the lock alone.
 */
const FORMAT = "1";

export type Attempt =
  | { readonly taken: true; readonly owner: string }
  | { readonly taken: false; readonly holder: LockHolder | undefined };

/** One try to take the lock; a lock whose owner is dead is freed on the way. */
export function tryLock(lockPath: string): Attempt {
  const owner = encodeOwner(ownIdentity());
  for (;;) {
    if (link(owner, lockPath)) return { taken: true, owner };
    const current = readOwner(lockPath);
    if (current === undefined) continue;
    const seen = lookAt(current);
    if (seen === undefined || seen.state !== "dead") {
      return { taken: false, holder: seen && asHolder(seen) };
    }
    const broken = breakLock(lockPath, current, seen.nonce);
    if (!broken.taken) return broken;
  }
}

/** Who holds the lock now; undefined when it is free, its owner dead, or not readable. */
export function readHolder(lockPath: string): LockHolder | undefined {
  const seen = lookAt(readOwner(lockPath) ?? "");
  return seen && asHolder(seen);
}

/** Gives the lock back. One that is no longer ours is left to its owner. */
export function unlock(lockPath: string, owner: string): void {
  if (readOwner(lockPath) === owner) removeIfPresent(lockPath);
}

/** Frees the lock of the dead `owner`, unless another breaker is at it: then that one is named. */
export function breakLock(lockPath: string, owner: string, ownerNonce: string): Attempt {
  // As short as it can be: the name of the lock may fill what a name can hold.
  const guardPath = join(dirname(lockPath), `.${ownerNonce}.lock`);
  const guard = tryLock(guardPath);
  if (!guard.taken) return guard;
  try {
    if (readOwner(lockPath) === owner) removeIfPresent(lockPath);
  } finally {
    unlock(guardPath, guard.owner);
  }
  return guard;
}

function encodeOwner(identity: ProcessIdentity): string {
  const { machine, boot, namespace, pid, start } = identity;
  return [FORMAT, machine, boot, namespace, pid, start, nonce()].join("-");
}

function parseOwner(text: string): { identity: ProcessIdentity; nonce: string } | undefined {
  const [format, machine, boot, namespace, pid, start, ownerNonce, ...rest] = text.split("-");
  if (format !== FORMAT || rest.length > 0) return undefined;
  if (!machine || !boot || !namespace || !start || !/^[1-9]\d*$/.test(pid ?? "")) return undefined;
  if (!/^[0-9a-z]{8}$/.test(ownerNonce ?? "")) return undefined;
  const identity = { machine, boot, namespace, pid: Number(pid), start };
  return { identity, nonce: ownerNonce ?? "" };
}

interface Seen {
  readonly pid: number;
  readonly nonce: string;
  readonly state: Liveness;
  readonly isThisProcess: boolean;
}

/** What is known of the owner; undefined when it is none of ours. */
function lookAt(owner: string): Seen | undefined {
  const parsed = parseOwner(owner);
  if (parsed === undefined) return undefined;
  const { identity, nonce: ownerNonce } = parsed;
  const isThisProcess = isSame(identity, ownIdentity());
  const state = isThisProcess ? "alive" : livenessOf(identity, ownIdentity());
  return { pid: identity.pid, nonce: ownerNonce, state, isThisProcess };
}

function asHolder({ pid, state, isThisProcess }: Seen): LockHolder | undefined {
  return state === "dead" ? undefined : { pid, state, isThisProcess };
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return (
    one.machine === other.machine &&
    one.boot === other.boot &&
    one.namespace === other.namespace &&
    one.pid === other.pid &&
    one.start === other.start
  );
}

function link(owner: string, lockPath: string): boolean {
  try {
    fs.symlinkSync(owner, lockPath);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** The owner's identity; the empty string when something else lies there; undefined when free. */
function readOwner(lockPath: string): string | undefined {
  try {
    return fs.readlinkSync(lockPath);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return undefined;
    if (errno === "EINVAL" || errno === "UNKNOWN") return "";
    throw error;
  }
}

function removeIfPresent(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
