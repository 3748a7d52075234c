import { latestLeases, type Lease, peekLeases } from "@x/registry-core/leases";

import type { Candidate } from "./offer.ts";

/** The phases that have a lease. */
export function leasedPhases(root: string): Candidate[] {
  return latestLeases(peekLeases(root)).map(candidateOf);
}

/** Those whose lease is open. */
export function openPhases(root: string): Candidate[] {
  return latestLeases(peekLeases(root))
    .filter(({ lease_state }) => lease_state === "open")
    .map(candidateOf);
}

function candidateOf({ phase_id, lease_state, agent_id }: Lease): Candidate {
  const description = agent_id ? `${lease_state}, ${agent_id}` : lease_state;
  return { value: phase_id, description };
}
