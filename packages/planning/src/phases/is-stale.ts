import type { LeaseLine } from "./closeout.ts";

/** Whether nobody works under the lease any more, and it can be reclaimed. */
export function isStale({ holder_state }: Pick<LeaseLine, "holder_state">): boolean {
  return holder_state === "dead" || holder_state === "expired";
}
