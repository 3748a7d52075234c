import { closeoutReport, type CloseoutReport, readPhases } from "@x/planning/phases";

import type { Invocation } from "../command.ts";
import { warningOf } from "../errors/warning-of.ts";

/**
 * The closeout report of the phase that somebody works on: the first that is in progress, else the last that is
 * done; null where there is none, or where it cannot be made, which is told as a warning.
 */
export async function closeoutAtHand(invocation: Invocation): Promise<CloseoutReport | null> {
  const { roots, now, onWarning } = invocation;
  const found = await roots();
  try {
    const { checkout, leases } = found;
    const phases = readPhases(checkout.path);
    const begun = phases.find(({ status }) => status === "in_progress");
    const phase = begun ?? phases.findLast(({ status }) => status === "done");
    if (phase === undefined) return null;
    const request = { root: checkout.path, leaseRoot: leases.path, phase: phase.id, now: now() };
    return closeoutReport(request);
  } catch (error) {
    onWarning(warningOf(error, found.checkout.path));
    return null;
  }
}
