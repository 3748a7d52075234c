/**
 * The invariant of every hook: it never throws, and it never holds the session up for long. Work
 * that takes longer goes on behind the session and is awaited at its end.
 */
export interface HookWork {
  /** Resolves when the work is done, has failed and was reported, or the limit has passed. */
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when no work is left. */
  settled(): Promise<void>;
}

export interface HookWorkOptions {
  readonly limitMilliseconds: number;
  readonly onFailure: (error: unknown) => void;
}

export function createHookWork({ limitMilliseconds, onFailure }: HookWorkOptions): HookWork {
  const pending = new Set<Promise<void>>();
  return {
    run: async (work) => {
      const done = Promise.resolve().then(work).catch(onFailure);
      pending.add(done);
      void done.finally(() => pending.delete(done));
      await withinLimit(done, limitMilliseconds);
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

async function withinLimit(done: Promise<void>, limitMilliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMilliseconds);
  });
  await Promise.race([done, limit]);
  clearTimeout(timer);
}
