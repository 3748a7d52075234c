import {
  assertEpoch,
  assertReason,
  assertTtl,
  type LeaseFields,
  parsePhase,
  parseRequest,
  type PhaseId,
} from "./lease-input.ts";
import {
  type Changed,
  clear,
  close,
  crash,
  type Fence,
  grant,
  heartbeat,
  type PhaseRecord,
  reclaim,
  restore,
} from "./lease-rules.ts";
import type { GrantedLease, Lease } from "./lease.ts";
import type { Moment } from "./moment.ts";

/*
 * The calls that change a lease, checked (`LEASE_INVALID`), as a rule that is still to be applied to what
 * is recorded of its phase: by a file, or by a store.
 */

export interface LeaseCall<L extends Lease = Lease> {
  readonly phase: string;
  readonly rule: (record: PhaseRecord, moment: Moment) => Changed<L>;
}

/** Whose lease is renewed, and until when. */
export interface HeartbeatRequest extends Fence {
  /** Expires that many milliseconds from now. Default: as many as before; without any, never. */
  readonly ttl_ms?: number | undefined;
}

/** Whose lease is taken away, and why. */
export interface ReclaimRequest extends Fence {
  /** Is added to what was seen of the holder. */
  readonly reason?: string | undefined;
}

/** Whose leases are taken out of the list, and whether an open one is as well. */
export interface ClearRequest extends Fence {
  /** Also where the lease is open, which is `LEASE_OPEN` otherwise. */
  readonly force?: boolean | undefined;
}

export function grantCall(fields: LeaseFields): LeaseCall<GrantedLease> {
  const phase = parsePhase(fields.phase_id);
  const request = parseRequest(phase, fields);
  return { phase, rule: (record, moment) => grant(phase, record, request, moment) };
}

export function closeCall(id: PhaseId, { epoch }: Fence): LeaseCall {
  const phase = parseFenced(id, epoch);
  return { phase, rule: (record, moment) => close(phase, record, { epoch }, moment) };
}

export function crashCall(id: PhaseId, reason: string, { epoch }: Fence): LeaseCall {
  const phase = parseFenced(id, epoch);
  assertReason(phase, reason);
  return { phase, rule: (record, moment) => crash(phase, record, { epoch, reason }, moment) };
}

export function heartbeatCall(id: PhaseId, { epoch, ttl_ms }: HeartbeatRequest): LeaseCall {
  const phase = parseFenced(id, epoch);
  assertTtl(phase, ttl_ms);
  return { phase, rule: (record, moment) => heartbeat(phase, record, { epoch, ttl_ms }, moment) };
}

export function reclaimCall(id: PhaseId, { epoch, reason }: ReclaimRequest): LeaseCall {
  const phase = parseFenced(id, epoch);
  if (reason !== undefined) assertReason(phase, reason);
  return { phase, rule: (record, moment) => reclaim(phase, record, { epoch, reason }, moment) };
}

export function clearCall(id: PhaseId, { epoch, force }: ClearRequest): LeaseCall {
  const phase = parseFenced(id, epoch);
  return { phase, rule: (record, moment) => clear(phase, record, { epoch, force }, moment) };
}

export function restoreCall(id: PhaseId): LeaseCall {
  const phase = parsePhase(id);
  return { phase, rule: (record) => restore(phase, record) };
}

function parseFenced(id: PhaseId, epoch: number | undefined): string {
  const phase = parsePhase(id);
  assertEpoch(phase, epoch);
  return phase;
}
