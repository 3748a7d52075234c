import { createFileUpdater, type LockOptions, type Outcome } from "@x/atomic-fs";

/** What waits for the lock of a database. */
export interface Waiting {
  /**
   * Does as many of the first as can be done together, of which this is the first one, and says what became
   * of each of them. What it throws would be the outcome of all that wait.
   */
  readonly run: (all: readonly Waiting[], hold: Hold) => readonly Outcome[];
}

/** One hold of the lock. */
export interface Hold {
  /** Others wait for it: what is not done by then can have its own hold. */
  readonly isTimeUp: () => boolean;
  /** Throws `LockLostError` when somebody has taken the lock away. */
  readonly assertHeld: () => void;
}

/** What waits for a lock together is done in one hold; it is never held across an `await`. */
export const lockLine = createFileUpdater<Waiting>(({ assertHeld }, all, isTimeUp) => ({
  data: undefined,
  outcomes: all[0]?.run(all, { isTimeUp, assertHeld }) ?? [],
}));

/**
 * Runs `task` while nobody else opens, writes or closes, and gives its result. Throws what `task` throws,
 * `LockedError` and `WriteError` of `@x/atomic-fs`.
 */
export async function underLock<R>(path: string, patience: LockOptions, task: () => R): Promise<R> {
  let done: { readonly result: R } | undefined;
  const waiting: Waiting = {
    run() {
      try {
        done = { result: task() };
        return [undefined];
      } catch (error) {
        // Those behind it have nothing to do with it.
        return [{ error }];
      }
    },
  };
  try {
    await lockLine.update(path, waiting, patience);
  } catch (error) {
    // The lock was taken away when it was done.
    if (done === undefined) throw error;
  }
  return resultOf(done);
}

/** Throws a TypeError when there is none. */
export function resultOf<R>(done: { readonly result: R } | undefined): R {
  if (done === undefined) throw new TypeError("it was not done");
  return done.result;
}
