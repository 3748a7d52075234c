import {
  type HolderState,
  holderStateOf,
  type Lease,
  type LeaseOptions,
} from "@x/registry-core/leases";

/** A lease as JSON shows it. */
export interface LeaseData extends Lease {
  /** Of an open lease only. */
  readonly holder_state?: HolderState;
}

/** The lease, and where it is open, what is seen of its holder now. */
export function leaseData(lease: Lease, options: LeaseOptions): LeaseData {
  if (lease.lease_state !== "open") return lease;
  return { ...lease, holder_state: holderStateOf(lease, options) };
}
