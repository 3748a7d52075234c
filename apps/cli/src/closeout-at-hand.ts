import { closeoutReport, type CloseoutReport, PhaseError, readPhases } from "@x/planning/phases";

import type { Invocation } from "./command.ts";

/**
 * The closeout report of the phase that somebody works on: the first that is in progress, else the last that is
 * done; null where there is none, or where it cannot be made, which is told as a warning.
 */
export async function closeoutAtHand(invocation: Invocation): Promise<CloseoutReport | null> {
  const { roots, now, onWarning } = invocation;
  const { checkout, leases } = await roots();
  try {
    const phases = readPhases(checkout.path);
    const begun = phases.find(({ status }) => status === "in_progress");
    const phase = begun ?? phases.findLast(({ status }) => status === "done");
    if (phase === undefined) return null;
    const request = { root: checkout.path, leaseRoot: leases.path, phase: phase.id, now: now() };
    return closeoutReport(request);
  } catch (error) {
    if (!(error instanceof PhaseError)) throw error;
    const { code, message } = error;
    onWarning({ code, message, path: checkout.path });
    return null;
  }
}
