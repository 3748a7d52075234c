import type { RunStateError } from "@x/planning/run-state";

import { isCoded } from "../errors/error-code.ts";

/** What a command calls itself that has a run for a moment. */
export const MOMENTARY_EXECUTOR = "cabinet";

// Some dozen commands, one after the other, on a slow disk.
const PATIENCE_MILLISECONDS = 10_000;

/**
 * What `begin` gives, which is called again while another command has the run for a moment, up to 10 s. Throws
 * what it throws.
 */
export async function afterOtherCommands<R>(begin: () => Promise<R>): Promise<R> {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await begin();
    } catch (error) {
      // It has waited for a while itself.
      if (!isHeldForAMoment(error) || performance.now() >= until) throw error;
    }
  }
}

/** Also by one that has not written down yet who it is. */
function isHeldForAMoment(error: unknown): boolean {
  if (!isRunError(error) || error.code !== "PLANNING_RUN_HELD") return false;
  return (error.holder?.executor ?? MOMENTARY_EXECUTOR) === MOMENTARY_EXECUTOR;
}

/** By its code, not by its class: see the rules of errors in ARCHITECTURE.md. */
function isRunError(error: unknown): error is Pick<RunStateError, "code" | "holder"> {
  return isCoded(error) && "holder" in error;
}
