import { setTimeout as delay } from "node:timers/promises";

import { LockedError, LockLostError, withFileLock } from "@x/atomic-fs";

import { type ExecutorClaim, holderOf, parseClaim } from "./executor-claim.ts";
import { readRunFile, runPath } from "./run-files.ts";
import { describeHolder, type RunHolder, RunStateError } from "./run-state-error.ts";

/** The lock of a run, held until `release`. */
export interface ExecutorLock {
  /** Rejects with `PLANNING_RUN_LOST` where the lock was taken away by hand. */
  readonly release: () => Promise<void>;
}

// Between taking the lock and writing down who has it, a process is at work: microseconds, or a disk that is slow.
const CLAIM_PATIENCE_MILLISECONDS = 5000;
const NAP_MILLISECONDS = 10;

/**
 * Takes the executor's lock. The lock of a process that was killed is free at once, and that of a
 * stopped one never: then throws `PLANNING_RUN_HELD`, with the holder's name.
 */
export async function takeExecutorLock(
  folder: string,
  timeoutMilliseconds: number,
): Promise<ExecutorLock> {
  const until = performance.now() + timeoutMilliseconds + CLAIM_PATIENCE_MILLISECONDS;
  let timeout = timeoutMilliseconds;
  for (;;) {
    try {
      return await holdLock(folder, timeout);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      const claim = readClaim(folder);
      const isNamed = claim !== undefined && claim.pid === error.holder?.pid;
      if (isNamed || performance.now() >= until) {
        throw held(folder, holderFor(error, isNamed ? claim : undefined), error);
      }
      // It is about to write its name, or about to be gone.
      timeout = 0;
      await delay(NAP_MILLISECONDS);
    }
  }
}

/** Who has written down that it has the run; undefined where nobody has. Throws `PlanningError`. */
export function readClaim(folder: string): ExecutorClaim | undefined {
  return readRunFile(folder, "claim", parseClaim);
}

/** The section of the lock lasts until it is released. */
function holdLock(folder: string, timeoutMilliseconds: number): Promise<ExecutorLock> {
  return new Promise((resolve, reject) => {
    const section = (): Promise<void> =>
      new Promise((endSection) => {
        resolve({
          release: async () => {
            endSection();
            await over.catch((error: unknown) => {
              throw error instanceof LockLostError ? lost(folder, error) : error;
            });
          },
        });
      });
    const over = withFileLock(runPath(folder, "executor"), section, { timeoutMilliseconds });
    // Before the section this is the answer; after it, `release` has it.
    over.catch(reject);
  });
}

function held(folder: string, holder: RunHolder, cause: unknown): RunStateError {
  const reason = `the run is held by ${describeHolder(holder)}`;
  return new RunStateError("PLANNING_RUN_HELD", folder, reason, { holder, cause });
}

function holderFor({ holder }: LockedError, claim: ExecutorClaim | undefined): RunHolder {
  if (claim !== undefined) return holderOf(claim);
  return { executor: undefined, pid: holder?.pid, host: undefined, since: undefined };
}

function lost(folder: string, cause: unknown): RunStateError {
  const reason = "the lock of the run was taken away while it was held";
  return new RunStateError("PLANNING_RUN_LOST", folder, reason, { cause });
}
