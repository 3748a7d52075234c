import { setTimeout as wait } from "node:timers/promises";

import { textOf } from "./payload.ts";

const PATIENCE_MILLISECONDS = 2_000;
const PAUSE_MILLISECONDS = 25;

/**
 * What a synchronous call gives that fails at once while somebody holds a lock: it is tried again for two seconds,
 * and the client goes on in between. Throws what it throws at last.
 */
export async function withPatience<Result>(call: () => Result): Promise<Result> {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (textOf(error, "code") !== "ATOMIC_FS_LOCKED" || performance.now() > until) throw error;
      await wait(PAUSE_MILLISECONDS);
    }
  }
}
