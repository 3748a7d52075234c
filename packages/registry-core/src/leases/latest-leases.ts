import type { Lease } from "./lease.ts";
import { phaseKey } from "./phase-id.ts";

/** The last lease of each phase, which is its lease; the others are its history. */
export function latestLeases(leases: readonly Lease[]): Lease[] {
  return [...new Map(leases.map((lease) => [phaseKey(lease.phase_id), lease])).values()];
}
