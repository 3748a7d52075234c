import type { Liveness, ProcessIdentity } from "@x/atomic-fs";

/** What a lease is, as it stands in the file. Its fields have the names and the order of the original. */

export const LEASE_STATES = ["open", "closed", "crashed"] as const;

/** What a call has made of a lease. That its holder is dead or late changes nothing in it. */
export type LeaseState = (typeof LEASE_STATES)[number];

/** The right to work on a phase, of one worktree or agent at a time. */
export interface Lease {
  /** As it was given; `01` and `1` are one phase. */
  readonly phase_id: string;
  readonly worktree_path: string;
  readonly agent_id: string | null;
  readonly branch_name: string;
  /** Changes by a call only: that a holder is dead or late is found out when somebody looks. */
  readonly lease_state: LeaseState;
  /** This and all times: ISO 8601. */
  readonly granted_at: string;
  readonly closed_at: string | null;
  readonly crashed_at: string | null;
  readonly crash_reason: string | null;
  /** Globs of the files that are going to be written, relative to the repository's top. */
  readonly write_set: readonly string[];
  readonly provenance_hash: string | null;
  /** The process that lives as long as the work; absent when there is none. */
  readonly holder?: Holder;
  /** Grows by one with each grant of the phase, and is never given twice. Absent in leases of older tools. */
  readonly epoch?: number;
  readonly heartbeat_at?: string;
  /** From then on it may be reclaimed from a holder that lives. Absent: never. */
  readonly expires_at?: string;
  /** By how much a heartbeat puts the expiry off. */
  readonly ttl_ms?: number;
  /** The expiry by the boot's own clock, for those who share it: see `Moment`. */
  readonly expires_uptime_ms?: number;
}

/** A lease as a grant gives it: of this package, so it has an epoch. */
export interface GrantedLease extends Lease {
  readonly epoch: number;
}

/** A process, told apart from all others: by machine, boot, pid namespace, pid and start. */
export interface Holder {
  /** The machine's name, for people. */
  readonly host: string;
  readonly machine: ProcessIdentity["machine"];
  readonly boot_id: ProcessIdentity["boot"];
  readonly namespace: ProcessIdentity["namespace"];
  readonly pid: number;
  readonly start_time: ProcessIdentity["start"];
}

/**
 * What can be seen of the holder of an open lease. `unknown`: it has no process, or one that cannot be
 * seen from here. `expired`: whether it lives or not, its time is over.
 */
export type HolderState = Liveness | "expired";
