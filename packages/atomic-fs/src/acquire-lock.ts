import { dirname } from "node:path";

import { LockedError, type LockHolder, LockLostError, toTypedError } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";
import { createOwner, lookAt, readOwner, releaseLock, takeLock } from "./lock-file.ts";
import { beginTurn, NextInLine } from "./next-in-line.ts";
import { OwnerWatch } from "./owner-watch.ts";

/** A lock that this thread holds. */
export interface Hold {
  /** The file, as the caller named it. */
  readonly path: string;
  readonly lockPath: string;
  readonly owner: string;
}

export interface Patience {
  /** Of `performance.now()`. */
  readonly started: number;
  readonly timeoutMilliseconds: number;
  /** The thread sleeps while it waits: a lock that it holds itself would never come free. */
  readonly isBlocking: boolean;
}

// Between two looks at the lock: long enough for a hold of one write, short enough that a free
// lock does not lie idle; random, so that waiting processes do not move in step.
const SHORTEST_NAP_MILLISECONDS = 1;
const LONGEST_NAP_MILLISECONDS = 5;
// Who has waited for so long asks to be next.
const CLAIM_AFTER_MILLISECONDS = 2;

/** The owners' texts of all that this thread holds. */
const held = new Set<string>();

/** Takes the lock of a file, waiting for it. Throws `LockedError` after the time-out. */
export function* acquireLock(path: string, lockPath: string, patience: Patience): Protocol<Hold> {
  const owner = createOwner();
  const place = new NextInLine(lockPath, owner);
  const watch = new OwnerWatch(lockPath);
  try {
    for (;;) {
      const now = performance.now();
      const waited = now - patience.started;
      const isLate = waited >= patience.timeoutMilliseconds;
      if ((isLate || (yield* place.mayTake())) && (yield* takeLock(lockPath, owner))) break;
      if (isLate || watch.isDue(now)) {
        const other = yield* watch.look(now, isLate);
        if (other === undefined) continue;
        if (isLate || (patience.isBlocking && held.has(other))) {
          throw new LockedError(path, lockPath, holderOf(other), waited);
        }
      }
      if (waited >= CLAIM_AFTER_MILLISECONDS) yield* place.claim();
      yield* call("nap", place.isClaimed ? SHORTEST_NAP_MILLISECONDS : anyNap());
    }
    beginTurn(lockPath);
    held.add(owner);
    return { path, lockPath, owner };
  } catch (error) {
    throw toTypedError(path, error);
  } finally {
    yield* place.leave();
  }
}

/**
 * The fence, to be passed right before what must not be done without the lock. Throws
 * `LockLostError` when it is no longer this hold's.
 */
export function* assertHeld({ path, lockPath, owner }: Hold): Protocol<void> {
  let current: string | undefined;
  try {
    current = yield* readOwner(lockPath);
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
  if (current !== owner) throw new LockLostError(path, lockPath);
}

/**
 * Gives the lock back. Throws `LockLostError` when it was no longer this hold's; with the folder
 * gone that is no loss, for nobody can have it there.
 */
export function* giveBack({ path, lockPath, owner }: Hold): Protocol<void> {
  held.delete(owner);
  try {
    if (yield* releaseLock(lockPath, owner)) return;
    if ((yield* call("lstat", dirname(lockPath))) === undefined) return;
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
  throw new LockLostError(path, lockPath);
}

function anyNap(): number {
  const span = LONGEST_NAP_MILLISECONDS - SHORTEST_NAP_MILLISECONDS;
  return SHORTEST_NAP_MILLISECONDS + Math.random() * span;
}

/** Who holds the lock now; undefined when it is free, its owner dead, or not readable. */
export function* readHolder(lockPath: string): Protocol<LockHolder | undefined> {
  try {
    return holderOf((yield* readOwner(lockPath)) ?? "");
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
}

function holderOf(owner: string): LockHolder | undefined {
  const seen = lookAt(owner);
  if (seen === undefined || seen.state === "dead") return undefined;
  return { pid: seen.pid, state: seen.state, isThisProcess: seen.isThisProcess };
}
