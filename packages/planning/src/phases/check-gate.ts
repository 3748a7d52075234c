import { resolve } from "node:path";

import { readGateFacts } from "./gate-facts.ts";
import { type Gate, gateOf } from "./gate-rule.ts";
import { parsePhase } from "./phase-input.ts";

/**
 * Whether the phase has what it needs to be done, as it is on disk now. Skipped as a whole where the
 * phase has no folder, or the root no `.internal-research/`. Throws `PlanningError` and `PhaseError`:
 * `PLANNING_PHASE_INVALID`, `PLANNING_PHASE_AMBIGUOUS`.
 */
export function checkGate(
  root: string,
  phase: string | number,
  { now = new Date() }: { readonly now?: Date | undefined } = {},
): Gate {
  return gateOf(readGateFacts(resolve(root), parsePhase(phase)), now);
}
