import { setImmediate } from "node:timers/promises";

import { assertRegularFile } from "./assert-regular-file.ts";
import { LockedError, toTypedError } from "./errors.ts";
import { runAsync, syncFileCalls } from "./file-calls.ts";
import { followLinks } from "./follow-links.ts";
import { acquireLock, type Hold, readHolder } from "./locks/acquire-lock.ts";
import { LONGEST_TIMER_MILLISECONDS } from "./locks/lock-options.ts";
import { lockBeside, lockPathOf } from "./locks/lock-path.ts";
import { isInsideSection, refuseNesting } from "./locks/nested-locks.ts";
import { joinLine } from "./locks/waiting-line.ts";
import { syncNames } from "./sync-folder.ts";

/** What became of one change: undefined when it is done. */
export type Outcome = { readonly error: unknown } | undefined;

export interface Committed {
  /** Of as many of the first changes as there was time for. */
  readonly outcomes: readonly Outcome[];
  /** The folder that is to be synced before they are durable; undefined: none of them asks for it. */
  readonly folder: string | undefined;
}

/** Makes changes under the lock, and gives it back, at once. What it throws is the outcome of all. */
export type Commit<Change> = (hold: Hold, target: string, changes: readonly Change[]) => Committed;

// Then timers and requests of this process get their turn. The lock was free in between.
const LONGEST_TURN_MILLISECONDS = 4;
// So many steps an answer may take through promises until its receiver asks for the next change.
const HOPS = 8;

interface Waiting<Change> {
  readonly change: Change;
  readonly settle: (outcome: Outcome) => void;
  /** False once it is being committed, or its time is up. */
  isWaiting: boolean;
}

interface Queue<Change> {
  waiting: Waiting<Change>[];
  /** The lock is being tried for: until then nobody's time is up. */
  isTrying: boolean;
}

/**
 * A queue per file: what comes in while the lock is waited for, or the last hold is under way, is
 * committed in one hold. Each change is settled after its own replacement.
 */
export class GroupCommit<Change extends { readonly path: string }> {
  readonly #commit: Commit<Change>;
  readonly #queues = new Map<string, Queue<Change>>();

  constructor(commit: Commit<Change>) {
    this.#commit = commit;
  }

  add(change: Change, timeoutMilliseconds: number): Promise<void> {
    const { path } = change;
    if (isInsideSection()) refuseNesting(path, lockPathOf(syncFileCalls, path));
    const known = this.#queues.get(path);
    const queue = known ?? { waiting: [], isTrying: false };
    const promise = new Promise<void>((resolve, reject) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        if (outcome === undefined) resolve();
        else reject(outcome.error);
      };
      const waiting: Waiting<Change> = { change, settle, isWaiting: true };
      const timer = giveUpAfter(timeoutMilliseconds, queue, waiting);
      queue.waiting.push(waiting);
    });
    if (known === undefined) {
      this.#queues.set(path, queue);
      void this.#work(path, queue);
    }
    return promise;
  }

  async #work(path: string, queue: Queue<Change>): Promise<void> {
    do {
      // All that is asked for in this turn of the event loop is one batch.
      await setImmediate();
      const until = performance.now() + LONGEST_TURN_MILLISECONDS;
      while (isWanted(queue) && performance.now() < until) {
        try {
          queue.isTrying = true;
          await this.#commitOnce(path, queue);
        } catch (error) {
          for (const { settle } of takeAll(queue)) settle({ error });
        } finally {
          queue.isTrying = false;
        }
        // Whoever was just answered may have the next change ready.
        for (let hop = 0; hop < HOPS && !isWanted(queue); hop += 1) await Promise.resolve();
      }
    } while (isWanted(queue));
    this.#queues.delete(path);
  }

  /** Throws what stands in the way of all that wait. */
  async #commitOnce(path: string, queue: Queue<Change>): Promise<void> {
    const target = targetOf(path);
    const lockPath = lockBeside(target);
    const place = joinLine(lockPath);
    try {
      await place.reached(Infinity);
      const patience = {
        started: performance.now(),
        // Each of them looks after its own time.
        timeoutMilliseconds: Infinity,
        isWanted: () => isWanted(queue),
      };
      await acquireLock(path, lockPath, patience, (hold) => {
        // All that have come by now, not only those for which the lock was waited for.
        const all = takeAll(queue);
        try {
          const changes = all.map(({ change }) => change);
          const { outcomes, folder } = this.#commit(hold, target, changes);
          const left = all.slice(outcomes.length);
          for (const waiting of left) waiting.isWaiting = true;
          // Before those that an update itself has asked for.
          queue.waiting = [...left, ...queue.waiting];
          // Meanwhile others may have the lock: whatever they put there, this change is in it.
          void settleDurable(path, all.slice(0, outcomes.length), outcomes, folder);
        } catch (error) {
          for (const { settle } of all) settle({ error });
        }
      });
    } catch (error) {
      const isGivenUp = error instanceof LockedError && !isWanted(queue);
      if (!isGivenUp) throw error;
    } finally {
      place.leave();
    }
  }
}

function isWanted(queue: Queue<unknown>): boolean {
  return queue.waiting.some(({ isWaiting }) => isWaiting);
}

function takeAll<Change>(queue: Queue<Change>): Waiting<Change>[] {
  const all = queue.waiting.filter(({ isWaiting }) => isWaiting);
  for (const waiting of all) waiting.isWaiting = false;
  queue.waiting = [];
  return all;
}

/** Rejects the change once it has waited for so long, but not before the lock was tried for. */
function giveUpAfter(
  milliseconds: number,
  queue: Queue<unknown>,
  waiting: Waiting<{ readonly path: string }>,
): NodeJS.Timeout | undefined {
  // What a timer cannot hold is for ever.
  if (milliseconds > LONGEST_TIMER_MILLISECONDS) return undefined;
  const started = performance.now();
  const giveUp = (): void => {
    if (!waiting.isWaiting) return;
    if (!queue.isTrying) {
      setTimeout(giveUp, 1);
      return;
    }
    waiting.isWaiting = false;
    const { path } = waiting.change;
    waiting.settle({ error: lockedError(path, performance.now() - started) });
  };
  return setTimeout(giveUp, milliseconds);
}

function lockedError(path: string, waited: number): Error {
  try {
    const lockPath = lockBeside(targetOf(path));
    return new LockedError(path, lockPath, readHolder(syncFileCalls, lockPath), waited);
  } catch (error) {
    return toTypedError(path, error);
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
    if (folder !== undefined) await runAsync(syncNames(syncFileCalls, folder));
  } catch (error) {
    failure = { error: toTypedError(path, error, true) };
  }
  for (const [index, { settle }] of made.entries()) settle(outcomes[index] ?? failure);
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
