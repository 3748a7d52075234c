import { LockedError } from "../errors.ts";
import { syncFileCalls } from "../file-calls.ts";
import {
  acquireLock,
  acquireLockSync,
  assertHeld,
  giveBack,
  giveBackAfter,
  type Hold,
  readHolder,
} from "./acquire-lock.ts";
import { type LockOptions, timeoutOf } from "./lock-options.ts";
import { lockPathOf } from "./lock-path.ts";
import { refuseNesting, runInside } from "./nested-locks.ts";
import { joinLine } from "./waiting-line.ts";

/** What a section knows of its lock. */
export interface HeldLock {
  /**
   * The fence: throws `LockLostError` when the lock was taken away from this section. To be called
   * right before a change that must not be made without it.
   */
  readonly assertHeld: () => void;
}

/**
 * Runs `section` while no other process, thread or call holds the lock of `path`, and gives its
 * result. Exclusive on one machine, also after kill -9 of a holder: whose process is gone is found
 * out by its identity, at once, and a live or stopped holder is never robbed. Processes that want
 * the lock again and again take turns of some milliseconds.
 *
 * The lock is the symbolic link `<path>.lock`; `path` itself need not exist, its folder must.
 * Throws `LockedError` after the time-out, `LockLostError` when the lock was taken away meanwhile,
 * `WriteError` when it cannot be made there, and a TypeError for a section that asks for the lock
 * it holds.
 */
export async function withFileLock<R>(
  path: string,
  section: (lock: HeldLock) => R | Promise<R>,
  options: LockOptions = {},
): Promise<R> {
  const lockPath = lockPathOf(syncFileCalls, path);
  refuseNesting(path, lockPath);
  const started = performance.now();
  const timeoutMilliseconds = timeoutOf(options);
  const place = joinLine(lockPath);
  try {
    if (!(await place.reached(timeoutMilliseconds))) {
      throw lockedByThisProcess(path, lockPath, performance.now() - started);
    }
    const hold = await acquireLock(
      path,
      lockPath,
      { started, timeoutMilliseconds },
      (taken) => taken,
    );
    return await runReleasing(hold, section);
  } finally {
    place.leave();
  }
}

/** Whoever of this process stands in front may itself be waiting for another one. */
function lockedByThisProcess(path: string, lockPath: string, waited: number): LockedError {
  const thisProcess = { pid: process.pid, state: "alive", isThisProcess: true } as const;
  const holder = readHolder(syncFileCalls, lockPath) ?? thisProcess;
  return new LockedError(path, lockPath, holder, waited);
}

async function runReleasing<R>(
  hold: Hold,
  section: (lock: HeldLock) => R | Promise<R>,
): Promise<R> {
  let result: R;
  try {
    result = await runInside(hold.lockPath, () => section(heldLock(hold)));
  } catch (failure) {
    giveBackAfter(syncFileCalls, hold, failure);
  }
  giveBack(syncFileCalls, hold);
  return result;
}

/**
 * As `withFileLock`, for a section that is one piece of synchronous code. Waiting puts the thread to
 * sleep; a lock that this thread holds itself, in a section that is awaiting something, is a
 * `LockedError` at once. A section that gives a promise is a TypeError: the lock would not cover it.
 */
export function withFileLockSync<R>(
  path: string,
  section: (lock: HeldLock) => R extends PromiseLike<unknown> ? never : R,
  options: LockOptions = {},
): R {
  const lockPath = lockPathOf(syncFileCalls, path);
  const patience = { started: performance.now(), timeoutMilliseconds: timeoutOf(options) };
  const hold = acquireLockSync(syncFileCalls, path, lockPath, patience);
  let result: R;
  try {
    result = section(heldLock(hold));
    if (result instanceof Promise) {
      // What becomes of it is nobody's any more.
      result.catch(() => {});
      throw new TypeError("the section gave a promise: use withFileLock");
    }
  } catch (failure) {
    giveBackAfter(syncFileCalls, hold, failure);
  }
  giveBack(syncFileCalls, hold);
  return result;
}

function heldLock(hold: Hold): HeldLock {
  // On a copy: what the section does after its fence is looked at when it gives the lock back.
  return { assertHeld: () => assertHeld(syncFileCalls, { ...hold }) };
}
