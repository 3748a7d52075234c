import { errnoOf } from "./errors.ts";
import type { Protocol, SlowCall } from "./file-calls.ts";

// A virus scanner or an indexer keeps a file open for some hundred milliseconds at most: 5, 10, …
// 640 ms are 1.3 s together.
const FIRST_NAP_MILLISECONDS = 5;
const NAPS = 8;
const TRANSIENT: ReadonlySet<string | undefined> = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * On Windows a file cannot be renamed or removed while somebody else has it open, which scanners do
 * with every new file: such a call is made again, for a bounded time, after growing naps of random
 * length. Elsewhere, and for every other error, the first failure is the last.
 */
export function* retryOnWindows(attempt: SlowCall): Protocol<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      yield attempt;
      return;
    } catch (error) {
      const milliseconds = napAfter(error, failures);
      yield (slow) => slow.nap(milliseconds);
    }
  }
}

/** How long to wait before the next attempt, in milliseconds. Throws the error when there is none. */
function napAfter(error: unknown, failures: number): number {
  const isFinal = process.platform !== "win32" || failures === NAPS;
  if (isFinal || !TRANSIENT.has(errnoOf(error))) throw error;
  return FIRST_NAP_MILLISECONDS * 2 ** failures * (0.5 + Math.random() / 2);
}
