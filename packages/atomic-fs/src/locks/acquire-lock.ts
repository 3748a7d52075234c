import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { LockedError, type LockHolder, LockLostError, toTypedError } from "../errors.ts";
import { type FileCalls, syncFileCalls } from "../file-calls.ts";
import { heldLocks } from "./held-locks.ts";
import {
  createOwner,
  lookAt,
  readOwner,
  releaseLock,
  removeIfPresent,
  takeLock,
} from "./lock-file.ts";
import { beginTurn, endTurn, NextInLine } from "./next-in-line.ts";
import { OwnerWatch } from "./owner-watch.ts";

/** A lock that this thread holds. */
export interface Hold {
  /** The file, as the caller named it. */
  readonly path: string;
  readonly lockPath: string;
  readonly owner: string;
  /** When the fence was passed last, of `performance.now()`. */
  seenAt: number;
}

export interface Patience {
  /** Of `performance.now()`. */
  readonly started: number;
  readonly timeoutMilliseconds: number;
  /** Asked before each try; once false, the time-out is now. */
  readonly isWanted?: () => boolean;
}

// Between two looks at the lock: long enough for a hold of one write, short enough that a free lock
// does not lie idle; random, so that waiting processes do not move in step. Who is next looks more
// often; who is behind another one may sleep, and leave the processor to those who work.
const SHORTEST_NAP_MILLISECONDS = 1;
const LONGEST_NAP_MILLISECONDS = 5;
const LONGEST_NAP_BEHIND_MILLISECONDS = 20;
const LONGEST_NAP_OF_ALL_MILLISECONDS = 200;
// So many naps fit into the time that was waited for.
const NAPS = 20;
// Who has waited for so long asks to be next.
const CLAIM_AFTER_MILLISECONDS = 2;

// To look and to remove are two calls in any case; what was seen so lately is not looked at again.
const JUST_NOW_MILLISECONDS = 1;

/**
 * Takes the lock of a file, waiting for it, and gives what `use` makes of it: called at once, before
 * other code of this thread can meet the lock. Throws `LockedError` after the time-out.
 */
export async function acquireLock<R>(
  path: string,
  lockPath: string,
  patience: Patience,
  use: (hold: Hold) => R,
): Promise<R> {
  const attempt = new Acquisition(syncFileCalls, path, lockPath, patience);
  try {
    for (;;) {
      const nap = attempt.try(false);
      if (nap === undefined) {
        const hold = attempt.hold();
        attempt.end();
        return use(hold);
      }
      await delay(nap);
    }
  } finally {
    attempt.end();
  }
}

/**
 * The same, with the thread asleep while it waits. A lock that this thread holds itself would never
 * come free: that is a `LockedError` at once.
 */
export function acquireLockSync(
  files: FileCalls,
  path: string,
  lockPath: string,
  patience: Patience,
): Hold {
  const attempt = new Acquisition(files, path, lockPath, patience);
  try {
    for (;;) {
      const nap = attempt.try(true);
      if (nap === undefined) return attempt.hold();
      files.nap(nap);
    }
  } finally {
    attempt.end();
  }
}

/** One call's way to the lock. */
class Acquisition {
  readonly #files: FileCalls;
  readonly #path: string;
  readonly #lockPath: string;
  readonly #patience: Patience;
  readonly #owner: string;
  readonly #place: NextInLine;
  readonly #watch: OwnerWatch;

  constructor(files: FileCalls, path: string, lockPath: string, patience: Patience) {
    this.#files = files;
    this.#path = path;
    this.#lockPath = lockPath;
    this.#patience = patience;
    try {
      this.#owner = createOwner();
    } catch (error) {
      // Who this is could not be read, for want of file descriptors.
      throw toTypedError(path, error);
    }
    this.#place = new NextInLine(files, lockPath, this.#owner);
    this.#watch = new OwnerWatch(files, lockPath);
  }

  /** Undefined when the lock was taken, else how long to wait before the next try, in milliseconds. */
  try(isBlocking: boolean): number | undefined {
    try {
      return this.#try(isBlocking);
    } catch (error) {
      throw toTypedError(this.#path, error);
    }
  }

  #try(isBlocking: boolean): number | undefined {
    for (;;) {
      const now = performance.now();
      const waited = now - this.#patience.started;
      const { timeoutMilliseconds, isWanted } = this.#patience;
      const isLate = waited >= timeoutMilliseconds || isWanted?.() === false;
      if (isLate || this.#place.mayTake(now)) {
        if (takeLock(this.#files, this.#lockPath, this.#owner)) return undefined;
        endTurn(this.#lockPath);
      }
      if (isLate || this.#watch.isDue(now)) {
        const other = this.#watch.look(now, isLate);
        if (other === undefined) continue;
        if (isLate || (isBlocking && heldLocks().has(other))) {
          throw new LockedError(this.#path, this.#lockPath, holderOf(other), waited);
        }
      }
      if (waited >= CLAIM_AFTER_MILLISECONDS) this.#place.claim();
      return Math.min(this.#nap(waited), Math.max(timeoutMilliseconds - waited, 0));
    }
  }

  /** Hundreds that wait for long must leave the processors to the one that is waited for. */
  #nap(waited: number): number {
    if (this.#place.isClaimed) return SHORTEST_NAP_MILLISECONDS;
    const { isBehind } = this.#place;
    const usual = isBehind ? LONGEST_NAP_BEHIND_MILLISECONDS : LONGEST_NAP_MILLISECONDS;
    const longest = Math.max(usual, Math.min(waited / NAPS, LONGEST_NAP_OF_ALL_MILLISECONDS));
    return SHORTEST_NAP_MILLISECONDS + Math.random() * (longest - SHORTEST_NAP_MILLISECONDS);
  }

  /** Of who has taken the lock. */
  hold(): Hold {
    beginTurn(this.#lockPath);
    heldLocks().add(this.#owner);
    return { path: this.#path, lockPath: this.#lockPath, owner: this.#owner, seenAt: -Infinity };
  }

  end(): void {
    this.#place.leave();
  }
}

/**
 * The fence, to be passed right before what must not be done without the lock. Throws
 * `LockLostError` when it is no longer this hold's.
 */
export function assertHeld(files: FileCalls, hold: Hold): void {
  const { path, lockPath, owner } = hold;
  let current: string | undefined;
  try {
    current = readOwner(files, lockPath);
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
  if (current !== owner) throw new LockLostError(path, lockPath);
  hold.seenAt = performance.now();
}

/**
 * Gives the lock back. Throws `LockLostError` when it was no longer this hold's; with the folder
 * gone that is no loss, for nobody can have it there.
 */
export function giveBack(files: FileCalls, { path, lockPath, owner, seenAt }: Hold): void {
  try {
    if (performance.now() - seenAt < JUST_NOW_MILLISECONDS) {
      removeIfPresent(files, lockPath);
      heldLocks().delete(owner);
      return;
    }
    const isReleased = releaseLock(files, lockPath, owner);
    heldLocks().delete(owner);
    if (isReleased) return;
    if (files.lstat(dirname(lockPath)) === undefined) return;
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
  throw new LockLostError(path, lockPath);
}

/** Gives the lock back after a failure, and throws that failure rather than one of the lock. */
export function giveBackAfter(files: FileCalls, hold: Hold, failure: unknown): never {
  try {
    giveBack(files, hold);
  } catch {
    // What went wrong first is what the caller must see; the lock's owner stays readable in it.
  }
  throw failure;
}

/** Who holds the lock now; undefined when it is free, its owner dead, or not readable. */
export function readHolder(files: FileCalls, lockPath: string): LockHolder | undefined {
  try {
    return holderOf(readOwner(files, lockPath) ?? "");
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
}

function holderOf(owner: string): LockHolder | undefined {
  const seen = lookAt(owner);
  if (seen === undefined || seen.state === "dead") return undefined;
  return { pid: seen.pid, state: seen.state, isThisProcess: seen.isThisProcess };
}
