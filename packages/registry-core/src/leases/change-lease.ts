import {
  clearCall,
  type ClearRequest,
  closeCall,
  crashCall,
  grantCall,
  heartbeatCall,
  type HeartbeatRequest,
  reclaimCall,
  type ReclaimRequest,
  restoreCall,
} from "./lease-calls.ts";
import type { LeaseFields, PhaseId } from "./lease-input.ts";
import { changePhase, type LeaseOptions } from "./lease-registry.ts";
import type { Fence } from "./lease-rules.ts";
import type { GrantedLease, Lease } from "./lease.ts";

/*
 * The leases of a root, synchronously. Each call is one change of its registry: atomic, durable,
 * exclusive across processes and worktrees; it gives the lease as it is then. `root` must exist.
 *
 * They throw `LeaseError` (`LEASE_INVALID` for what cannot be meant, and as each says); `RegistryError`
 * (`REGISTRY_UNREADABLE`, `REGISTRY_NEWER`, `REGISTRY_FULL`, `REGISTRY_FOLDER_MISSING`); `WriteError` and
 * `LockedError`, `LockLostError` of `@x/atomic-fs`. Then nothing was changed, unless a `WriteError` says
 * `installed` (`getLease` tells what is there), or what `onWarning` itself has thrown. Without
 * `onWarning`, warnings go to stderr.
 */

/** Of a call about a lease that there is. With `epoch` it is fenced: another one is `LEASE_FENCED`. */
export interface FencedOptions extends LeaseOptions, Fence {}

/**
 * Grants the phase, with the next epoch. Of several processes that ask at once, one gets it: to the others,
 * and while the lease is open, whoever holds it, it is `LEASE_HELD`. Atomic, durable, exclusive across
 * processes and worktrees.
 *
 * Throws also what every change of a lease throws: `LEASE_INVALID`, `RegistryError`, and `WriteError`,
 * `LockedError`, `LockLostError` of `@x/atomic-fs`. Then nothing was changed, unless a `WriteError` says
 * `installed`.
 */
export function grantLease(
  root: string,
  fields: LeaseFields,
  options: LeaseOptions = {},
): GrantedLease {
  return changePhase(root, grantCall(fields), options).lease;
}

/**
 * Ends the open lease of the phase. Atomic, durable, exclusive; fenced where an `epoch` is given. Throws as
 * `grantLease` does, and `LEASE_NOT_FOUND`, `LEASE_NOT_OPEN`, `LEASE_FENCED`.
 */
export function closeLease(root: string, phase: PhaseId, options: FencedOptions = {}): Lease {
  const { epoch, ...rest } = options;
  return changePhase(root, closeCall(phase, { epoch }), rest).lease;
}

/** Ends the open lease as one whose work did not come to its end. Promises and throws what `closeLease` does. */
export function crashLease(
  root: string,
  phase: PhaseId,
  reason: string,
  options: FencedOptions = {},
): Lease {
  const { epoch, ...rest } = options;
  return changePhase(root, crashCall(phase, reason, { epoch }), rest).lease;
}

/**
 * Puts the expiry of the open lease off. Promises and throws what `closeLease` does: when it throws
 * `LEASE_…`, the lease is not held any more.
 */
export function heartbeatLease(
  root: string,
  phase: PhaseId,
  options: LeaseOptions & HeartbeatRequest = {},
): Lease {
  const { epoch, ttl_ms, ...rest } = options;
  return changePhase(root, heartbeatCall(phase, { epoch, ttl_ms }), rest).lease;
}

/**
 * Ends, as crashed, the open lease of a holder that is gone, or whose time is over. One that lives, or cannot
 * be seen, is `LEASE_HELD` until its expiry. Promises and throws what `closeLease` does, too.
 */
export function reclaimLease(
  root: string,
  phase: PhaseId,
  options: LeaseOptions & ReclaimRequest = {},
): Lease {
  const { epoch, reason, ...rest } = options;
  return changePhase(root, reclaimCall(phase, { epoch, reason }), rest).lease;
}

/**
 * Takes all leases of the phase out of the list, and gives the last one. `restoreLeases` brings them back;
 * the epochs go on. An open one is `LEASE_OPEN` without `force`. Promises what `closeLease` does, and throws
 * as `grantLease`, and `LEASE_NOT_FOUND`, `LEASE_FENCED`.
 */
export function clearLease(
  root: string,
  phase: PhaseId,
  options: LeaseOptions & ClearRequest = {},
): Lease {
  const { epoch, force, ...rest } = options;
  return changePhase(root, clearCall(phase, { epoch, force }), rest).lease;
}

/**
 * Brings back what was cleared last of the phase, and gives the last of it. Of a phase that was granted again
 * since, an open lease comes back as crashed. Promises what `grantLease` does, and throws as it, and
 * `LEASE_NOT_FOUND`.
 */
export function restoreLeases(root: string, phase: PhaseId, options: LeaseOptions = {}): Lease {
  return changePhase(root, restoreCall(phase), options).lease;
}
