// What a holder, and what is seen of it, is made of.
export type { Liveness, ProcessIdentity } from "@x/atomic-fs";
export {
  clearLease,
  closeLease,
  crashLease,
  type FencedOptions,
  grantLease,
  heartbeatLease,
  reclaimLease,
  restoreLeases,
} from "./change-lease.ts";
export { findOverlaps, type Overlap, type OverlapOptions } from "./find-overlaps.ts";
export { globInCheckout, type GlobPlace } from "./glob-in-checkout.ts";
export { globsOverlap } from "./glob-overlap.ts";
export { GlobError, globFault, type IsFile, literalGlob, normalizeGlob } from "./glob.ts";
export { holderOf } from "./holder.ts";
export type { ClearRequest, HeartbeatRequest, ReclaimRequest } from "./lease-calls.ts";
export { latestLeases } from "./latest-leases.ts";
export { LeaseError, type LeaseErrorCode, type LeaseFacts } from "./lease-error.ts";
export type { LeaseFields, PhaseId } from "./lease-input.ts";
export { type LeaseOptions, registryPath } from "./lease-registry.ts";
export type { Fence } from "./lease-rules.ts";
export type { GrantedLease, Holder, HolderState, Lease, LeaseState } from "./lease.ts";
export { listSetAside } from "./list-set-aside.ts";
export type { LeaseClock } from "./moment.ts";
export { isSamePhase, phaseFault } from "./phase-id.ts";
export {
  getLease,
  holderStateOf,
  listCleared,
  listLeases,
  openRegistry,
  peekLease,
  peekLeases,
  registryExists,
  registryTmpPath,
} from "./read-leases.ts";
export { runFenced } from "./run-fenced.ts";
export type { Clearing } from "./stored-lease.ts";
export { leasesIn, type StoreLeases, type StoreLeasesOptions } from "./store-leases.ts";
