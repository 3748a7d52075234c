import { setTimeout as delay } from "node:timers/promises";

/** What the work gives. Rejects when it takes longer; the work itself goes on. */
export async function withinTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<never> => {
    await delay(milliseconds, undefined, { signal: over.signal });
    throw new Error(`nothing came of it within ${milliseconds} ms: is there a deadlock?`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    over.abort();
  }
}
