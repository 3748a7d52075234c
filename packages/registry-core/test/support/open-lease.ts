import type { Lease } from "../../src/leases/lease.ts";

/** An open lease without a holder, but for the given fields. */
export function openLease(fields: Partial<Lease> = {}): Lease {
  return {
    phase_id: "1",
    worktree_path: "",
    agent_id: null,
    branch_name: "",
    lease_state: "open",
    granted_at: "2026-03-01T10:00:00.000Z",
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set: [],
    provenance_hash: null,
    epoch: 1,
    ...fields,
  };
}
