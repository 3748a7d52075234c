import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { LockedError, type LockHolder, toWriteError } from "./errors.ts";
import { runSync } from "./file-calls.ts";
import { absolutePath, followLinks } from "./follow-links.ts";
import { type Attempt, readHolder, tryLock, unlock } from "./lock-file.ts";
import { joinLine } from "./waiting-line.ts";

export interface LockOptions {
  /** How long to wait for the lock, in milliseconds, Infinity for ever. Default 10 000. */
  readonly timeoutMilliseconds?: number;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 10_000;
// Between two looks at the lock: long enough for a hold of one write, short enough that a free
// lock does not lie idle; random, so that waiting processes do not move in step.
const SHORTEST_NAP_MILLISECONDS = 1;
const LONGEST_NAP_MILLISECONDS = 5;

const THIS_PROCESS = { pid: process.pid, state: "alive", isThisProcess: true } as const;

interface Hold {
  readonly lockPath: string;
  readonly outer: Hold | undefined;
  active: boolean;
}
const holds = new AsyncLocalStorage<Hold>();

/**
 * Runs `section` while no other process, thread or call holds the lock of `path`, and gives its
 * result. Exclusive on one machine, also after kill -9 of a holder: whose process is gone is found
 * out by its identity, at once, and a live or stopped holder is never robbed.
 *
 * The lock is the symbolic link `<path>.lock`; `path` itself need not exist, its folder must.
 * Throws `LockedError` after the time-out, `WriteError` when the lock cannot be made there, and a
 * TypeError for a section that asks for the lock it holds.
 */
export async function withFileLock<R>(
  path: string,
  section: () => R | Promise<R>,
  options: LockOptions = {},
): Promise<R> {
  const lockPath = lockPathOf(path);
  refuseNesting(path, lockPath);
  const started = performance.now();
  const timeout = timeoutOf(options);
  const place = joinLine(lockPath);
  try {
    if (!(await place.reached(timeout))) {
      // Whoever of this process stands in front may itself be waiting for another one.
      const holder = holderOf(path, lockPath) ?? THIS_PROCESS;
      throw new LockedError(path, lockPath, holder, performance.now() - started);
    }
    const owner = await acquire(path, lockPath, started, timeout);
    const hold: Hold = { lockPath, outer: holds.getStore(), active: true };
    return await runReleasing(
      () => holds.run(hold, section),
      () => {
        hold.active = false;
        releaseLock(lockPath, owner);
      },
    );
  } finally {
    place.leave();
  }
}

async function runReleasing<R>(section: () => R | Promise<R>, release: () => void): Promise<R> {
  let result: R;
  try {
    result = await section();
  } catch (failure) {
    try {
      release();
    } catch {
      // The section's failure is the one to see; the lock's owner stays readable in its name.
    }
    throw failure;
  }
  release();
  return result;
}

function releaseLock(lockPath: string, owner: string): void {
  try {
    unlock(lockPath, owner);
  } catch (error) {
    throw toWriteError(lockPath, error, false);
  }
}

function timeoutOf({ timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS }: LockOptions): number {
  if (timeoutMilliseconds >= 0) return timeoutMilliseconds;
  throw new TypeError(`a time-out of ${timeoutMilliseconds} ms is none`);
}

async function acquire(
  path: string,
  lockPath: string,
  started: number,
  timeout: number,
): Promise<string> {
  for (;;) {
    const attempt = attemptLock(path, lockPath);
    if (attempt.taken) return attempt.owner;
    const waited = performance.now() - started;
    if (waited >= timeout) throw new LockedError(path, lockPath, attempt.holder, waited);
    const span = LONGEST_NAP_MILLISECONDS - SHORTEST_NAP_MILLISECONDS;
    await delay(SHORTEST_NAP_MILLISECONDS + Math.random() * span);
  }
}

function attemptLock(path: string, lockPath: string): Attempt {
  try {
    return tryLock(lockPath);
  } catch (error) {
    throw toWriteError(path, error, false);
  }
}

function holderOf(path: string, lockPath: string): LockHolder | undefined {
  try {
    return readHolder(lockPath);
  } catch (error) {
    throw toWriteError(path, error, false);
  }
}

function refuseNesting(path: string, lockPath: string): void {
  for (let hold = holds.getStore(); hold !== undefined; hold = hold.outer) {
    if (hold.active && hold.lockPath === lockPath) {
      throw new TypeError(`a section under the lock of ${path} asks for that lock again`);
    }
  }
}

/** One file has one lock, by whatever name it is reached. */
function lockPathOf(path: string): string {
  const start = absolutePath(path);
  try {
    const { target, previous } = runSync(followLinks(start));
    // A folder has spellings of its own: `dir/.`, `dir/`.
    if (previous?.isDirectory() === true) return `${fs.realpathSync.native(target)}.lock`;
    return join(fs.realpathSync.native(dirname(target)), `${basename(target)}.lock`);
  } catch (error) {
    throw toWriteError(path, error, false);
  }
}
