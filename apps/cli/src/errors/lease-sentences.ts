import type { HolderState, Lease } from "@x/registry-core/leases";

import { endingHint } from "../leases/ending-hint.ts";
import { isOver } from "../leases/holder-cell.ts";
import { phaseLabel, phaseWord } from "../screen/phase-word.ts";
import type { Facts, Sentence } from "./sentence.ts";

/** What `LEASE_` errors say. */
export const LEASE_SENTENCES: Readonly<Record<string, Sentence>> = {
  LEASE_INVALID: ({ phase, reason }) => ({
    message: `Phase ${phaseLabel(phase)} ${reason}.`,
    hint: "Look at what was given; `cabinet lease grant --help` shows what a lease takes.",
  }),
  LEASE_HELD: ({ phase, reason, lease, holderState }) => ({
    message: `Phase ${phaseLabel(phase)} ${reason}${grantedTo(lease)}.`,
    hint: heldHint(phase, lease, holderState),
  }),
  LEASE_OPEN: ({ phase, reason, lease }) => ({
    message: `Phase ${phaseLabel(phase)} ${reason}${grantedTo(lease)}.`,
    hint: `Close it with \`cabinet lease close ${phaseWord(phase)}\`, or add --force: what is cleared can be brought back with \`cabinet restore\`.`,
  }),
  LEASE_NOT_FOUND: ({ phase }) => ({
    message: `There is no lease for phase ${phaseLabel(phase)}.`,
    hint: "See with `cabinet lease list` which ones there are.",
  }),
  LEASE_NOT_OPEN: (facts) => ({
    message: `The lease of phase ${phaseLabel(facts.phase)} is not open any more: ${endOf(facts)}.`,
    hint: `Look at it with \`cabinet lease show ${phaseWord(facts.phase)}\`.`,
  }),
  LEASE_FENCED: ({ phase, reason }) => ({
    message: `Phase ${phaseLabel(phase)} ${reason}.`,
    hint: `See with \`cabinet lease show ${phaseWord(phase)}\` who has the phase now.`,
  }),
};

function heldHint(phase: string, lease: Lease | undefined, state: HolderState | undefined): string {
  if (isOver(state)) return `End that lease with \`cabinet lease reclaim ${phaseWord(phase)}\`.`;
  // Nobody sees more of it than was said already.
  if (lease !== undefined && lease.holder === undefined) return endingHint(lease);
  return `Look at it with \`cabinet lease show ${phaseWord(phase)}\`.`;
}

/** Who has it since when, as far as that was noted. */
function grantedTo(lease: Lease | undefined): string {
  if (lease === undefined || lease.granted_at === "") return "";
  const agent = lease.agent_id === null ? "" : ` to ${JSON.stringify(lease.agent_id)}`;
  return `; it was granted${agent} at ${lease.granted_at}`;
}

function endOf({ lease, reason }: Facts): string {
  return lease === undefined ? `it ${reason}` : describeEnd(lease);
}

/** How a lease ended, for a sentence. */
export function describeEnd({ lease_state, closed_at, crashed_at, crash_reason }: Lease): string {
  if (lease_state === "closed") return `it was closed${closed_at ? ` at ${closed_at}` : ""}`;
  const time = crashed_at === null ? "" : ` at ${crashed_at}`;
  return `it was marked as crashed${time}${crash_reason ? ` (${crash_reason})` : ""}`;
}
