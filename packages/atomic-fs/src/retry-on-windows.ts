import { errnoOf } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";

// A virus scanner or an indexer keeps a file open for some hundred milliseconds at most: 5, 10, …
// 640 ms are 1.3 s together.
const FIRST_NAP_MILLISECONDS = 5;
const NAPS = 8;
const TRANSIENT: ReadonlySet<string | undefined> = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * On Windows a file cannot be renamed or removed while somebody else has it open, which scanners do
 * with every new file: such a call is tried again, for a bounded time, with growing naps of random
 * length. Elsewhere, and for every other error, the first failure is the last.
 */
export function* retryOnWindows<R>(attempt: () => Protocol<R>): Protocol<R> {
  for (let nap = 0; ; nap += 1) {
    try {
      return yield* attempt();
    } catch (error) {
      const isFinal = process.platform !== "win32" || nap === NAPS;
      if (isFinal || !TRANSIENT.has(errnoOf(error))) throw error;
    }
    yield* call("nap", FIRST_NAP_MILLISECONDS * 2 ** nap * (0.5 + Math.random() / 2));
  }
}
