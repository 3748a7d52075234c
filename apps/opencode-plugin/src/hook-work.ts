import { Refusal } from "./refusal.ts";

/**
 * The invariant of every hook: it throws nothing but a refusal, and it never holds the session up for long. Work
 * that takes longer goes on behind the session and is awaited at its end.
 */
export interface HookWork {
  /**
   * Resolves when the work is done, has failed and was reported, or the limit has passed; undefined, and nothing to wait
   * for, when it is done at once. Throws the `Refusal` that the work has thrown within the limit.
   */
  run(work: () => void | Promise<void>, limitMilliseconds: number): Promise<void> | undefined;
  /** Resolves when no work is left, or the limit has passed: `false` then. */
  settled(limitMilliseconds: number): Promise<boolean>;
}

export function createHookWork(onFailure: (error: unknown) => void): HookWork {
  const pending = new Set<Promise<void>>();
  const finish = async (started: Promise<void>, limitMilliseconds: number): Promise<void> => {
    let refusal: Refusal | undefined;
    let isLate = false;
    const done = Promise.resolve(started).catch((error: unknown) => {
      // What comes too late refuses nothing any more, and somebody should know.
      if (error instanceof Refusal && !isLate) refusal = error;
      else onFailure(error);
    });
    pending.add(done);
    void done.finally(() => pending.delete(done));
    isLate = !(await isWithinLimit(done, limitMilliseconds));
    if (refusal !== undefined) throw refusal;
  };
  return {
    run: (work, limitMilliseconds) => {
      const started = start(work, onFailure);
      return started && finish(started, limitMilliseconds);
    },
    settled: async (limit) => {
      const all = async (): Promise<void> => {
        while (pending.size > 0) await Promise.all(pending);
      };
      return isWithinLimit(all(), limit);
    },
  };
}

/** Undefined for what is done, or has failed, at once: it needs no timer. */
function start(
  work: () => void | Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> | undefined {
  try {
    return work() ?? undefined;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    onFailure(error);
    return undefined;
  }
}

async function isWithinLimit(done: Promise<void>, limitMilliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMilliseconds);
  });
  const isDone = await Promise.race([done.then(() => true), limit]);
  clearTimeout(timer);
  return isDone;
}
