import { setImmediate } from "node:timers/promises";

import type { Patience } from "./acquire-lock.ts";
import { LockedError } from "./errors.ts";
import { nappingFileCalls, type Protocol, runAsync, runSync } from "./file-calls.ts";
import { lockPathOf } from "./lock-path.ts";
import { isInsideSection, refuseNesting } from "./nested-locks.ts";
import { joinLine } from "./waiting-line.ts";
import { lockedByThisProcess } from "./with-file-lock.ts";

/** What became of one change: `undefined` when it is written. */
export type Outcome = { readonly error: unknown } | undefined;

/**
 * Takes the lock, makes as many of the first waiting changes as there is time for, and gives the
 * lock back, in one turn of the event loop. Gives their outcomes; what it throws is that of all.
 */
export type Commit<Change> = (
  lockPath: string,
  patience: Patience,
  waiting: () => readonly Change[],
) => Protocol<readonly Outcome[]>;

interface Waiting<Change> {
  readonly change: Change;
  readonly started: number;
  readonly timeoutMilliseconds: number;
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
    if (isInsideSection()) refuseNesting(path, runSync(lockPathOf(path)));
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
    for (;;) {
      // Whoever was just answered may have the next change ready in this turn.
      await setImmediate();
      if (queue.length === 0) break;
      try {
        await this.#commitOnce(path, queue);
      } catch (error) {
        for (const { settle } of queue.splice(0)) settle({ error });
      }
    }
    this.#queues.delete(path);
  }

  /** Throws what stands in the way of all that wait. */
  async #commitOnce(path: string, queue: Waiting<Change>[]): Promise<void> {
    const lockPath = runSync(lockPathOf(path));
    const patience = { ...soonestEnd(queue), isBlocking: false };
    const place = joinLine(lockPath);
    try {
      const rest = patience.started + patience.timeoutMilliseconds - performance.now();
      if (!(await place.reached(Math.max(0, rest)))) {
        throw lockedByThisProcess(path, lockPath, performance.now() - patience.started);
      }
      const waiting = (): Change[] => queue.map(({ change }) => change);
      const outcomes = await runAsync(this.#commit(lockPath, patience, waiting), nappingFileCalls);
      const made = queue.splice(0, outcomes.length);
      for (const [index, { settle }] of made.entries()) settle(outcomes[index]);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      settleLate(queue, error);
    } finally {
      place.leave();
    }
  }
}

/** Of those that wait, when the first one gives up. */
function soonestEnd(queue: readonly Waiting<unknown>[]): {
  started: number;
  timeoutMilliseconds: number;
} {
  const [first, ...others] = queue;
  let soonest = first ?? { started: 0, timeoutMilliseconds: 0 };
  for (const other of others) if (endOf(other) < endOf(soonest)) soonest = other;
  return soonest;
}

function endOf({
  started,
  timeoutMilliseconds,
}: {
  started: number;
  timeoutMilliseconds: number;
}): number {
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
