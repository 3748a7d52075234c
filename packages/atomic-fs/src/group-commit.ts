import { setImmediate } from "node:timers/promises";

import { acquireLock, type Hold, type Patience } from "./acquire-lock.ts";
import { assertRegularFile } from "./assert-regular-file.ts";
import { LockedError, toTypedError } from "./errors.ts";
import { runAsync, syncFileCalls } from "./file-calls.ts";
import { followLinks } from "./follow-links.ts";
import { lockBeside, lockPathOf } from "./lock-path.ts";
import { isInsideSection, refuseNesting } from "./nested-locks.ts";
import { syncFolder } from "./sync-folder.ts";
import { joinLine } from "./waiting-line.ts";
import { lockedByThisProcess } from "./with-file-lock.ts";

/** What became of one change: `undefined` when it is written. */
export type Outcome = { readonly error: unknown } | undefined;

export interface Committed {
  /** Of as many of the first changes as there was time for. */
  readonly outcomes: readonly Outcome[];
  /** The folder that is to be synced before they are durable; undefined: none of them asks for it. */
  readonly folder: string | undefined;
}

/**
 * Makes changes under the lock, and gives it back, in one turn of the event loop. What it throws is
 * the outcome of all.
 */
export type Commit<Change> = (hold: Hold, target: string, changes: readonly Change[]) => Committed;

// Then timers and requests of this process get their turn. The lock was free in between.
const LONGEST_TURN_MILLISECONDS = 4;
// So many steps an answer may take through promises until its receiver asks for the next change.
const HOPS = 8;

interface Waiting<Change> extends Patience {
  readonly change: Change;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * A queue per file: what comes in while the lock is waited for, or the last hold is under way, is
 * committed in one hold. Each change is settled after its own replacement.
 */
export class GroupCommit<Change extends { readonly path: string }> {
  readonly #commit: Commit<Change>;
  readonly #queues = new Map<string, Waiting<Change>[]>();

  constructor(commit: Commit<Change>) {
    this.#commit = commit;
  }

  add(change: Change, timeoutMilliseconds: number): Promise<void> {
    const { path } = change;
    if (isInsideSection()) refuseNesting(path, lockPathOf(syncFileCalls, path));
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome): void =>
        outcome === undefined ? resolve() : reject(outcome.error);
      const waiting = { change, started: performance.now(), timeoutMilliseconds, settle };
      const queue = this.#queues.get(path);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const first = [waiting];
      this.#queues.set(path, first);
      void this.#work(path, first);
    });
  }

  async #work(path: string, queue: Waiting<Change>[]): Promise<void> {
    do {
      // All that is asked for in this turn of the event loop is one batch.
      await setImmediate();
      const until = performance.now() + LONGEST_TURN_MILLISECONDS;
      while (queue.length > 0 && performance.now() < until) {
        try {
          await this.#commitOnce(path, queue);
        } catch (error) {
          for (const { settle } of queue.splice(0)) settle({ error });
        }
        // Whoever was just answered may have the next change ready.
        for (let hop = 0; hop < HOPS && queue.length === 0; hop += 1) await Promise.resolve();
      }
    } while (queue.length > 0);
    this.#queues.delete(path);
  }

  /** Throws what stands in the way of all that wait. */
  async #commitOnce(path: string, queue: Waiting<Change>[]): Promise<void> {
    const target = targetOf(path);
    const lockPath = lockBeside(target);
    const patience = soonestEnd(queue);
    const place = joinLine(lockPath);
    try {
      const rest = patience.started + patience.timeoutMilliseconds - performance.now();
      if (!(await place.reached(Math.max(0, rest)))) {
        throw lockedByThisProcess(path, lockPath, performance.now() - patience.started);
      }
      const hold = await acquireLock(path, lockPath, patience);
      // All that have come by now, not only those for which the lock was waited for.
      const changes = queue.map(({ change }) => change);
      const { outcomes, folder } = this.#commit(hold, target, changes);
      const made = queue.splice(0, outcomes.length);
      // Meanwhile others may have the lock: whatever they put there, this change is in it.
      void settleDurable(path, made, outcomes, folder);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      settleLate(queue, error);
    } finally {
      place.leave();
    }
  }
}

async function settleDurable(
  path: string,
  made: readonly Waiting<unknown>[],
  outcomes: readonly Outcome[],
  folder: string | undefined,
): Promise<void> {
  let failure: Outcome;
  try {
    if (folder !== undefined) await runAsync(syncFolder(syncFileCalls, folder));
  } catch (error) {
    failure = { error: toTypedError(path, error, true) };
  }
  for (const [index, { settle }] of made.entries()) settle(outcomes[index] ?? failure);
}

/** Of those that wait, when the first one gives up. */
function soonestEnd(queue: readonly Waiting<unknown>[]): Patience {
  let soonest: Patience = { started: performance.now(), timeoutMilliseconds: Infinity };
  for (const waiting of queue) if (endOf(waiting) < endOf(soonest)) soonest = waiting;
  return soonest;
}

function endOf({ started, timeoutMilliseconds }: Patience): number {
  return started + timeoutMilliseconds;
}

/** Those whose time is up get the error, each with its own waiting time; the others wait on. */
function settleLate(
  queue: Waiting<{ readonly path: string }>[],
  { path, lockPath, holder }: LockedError,
): void {
  const now = performance.now();
  const all = queue.splice(0);
  queue.push(...all.filter((waiting) => endOf(waiting) > now));
  for (const waiting of all) {
    if (endOf(waiting) > now) continue;
    const error = new LockedError(path, lockPath, holder, now - waiting.started);
    waiting.settle({ error });
  }
}

/** The regular file, there already or not, to which the path leads. */
export function targetOf(path: string): string {
  try {
    const { target, previous } = followLinks(syncFileCalls, path);
    if (previous !== undefined) assertRegularFile(path, previous);
    return target;
  } catch (error) {
    throw toTypedError(path, error);
  }
}
