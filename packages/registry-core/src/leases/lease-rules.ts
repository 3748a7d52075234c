import { describeHolder, holderState } from "./holder-state.ts";
import { sharesClock } from "./holder.ts";
import { LeaseError } from "./lease-error.ts";
import type { GrantedLease, Holder, Lease } from "./lease.ts";
import type { Moment } from "./moment.ts";
import type { Clearing } from "./stored-lease.ts";

/**
 * The rules of leases: pure functions over what is recorded of one phase. Each gives the next record,
 * or throws a `LeaseError`. The invariants: only the last lease may be open; every grant has an epoch
 * above all those before, of the phase, whatever was cleared since; a lease that ended stays ended.
 */

/** What is recorded of one phase. */
export interface PhaseRecord {
  /** The last one that was given, 0 before the first. */
  readonly epoch: number;
  /** The history; the last one is the lease of the phase. */
  readonly leases: readonly Lease[];
  /** What was cleared and can be brought back, the latest at the end. */
  readonly cleared: readonly Clearing[];
}

/** What a call makes of a phase, and the lease that it is about, as it is then. */
export interface Changed<L extends Lease = Lease> {
  readonly record: PhaseRecord;
  readonly lease: L;
  /** Of leases that were changed, what they were before. */
  readonly origins: ReadonlyMap<Lease, Lease>;
}

const NO_ORIGINS: ReadonlyMap<Lease, Lease> = new Map();

/** A lease as it is asked for. */
export interface LeaseRequest {
  readonly worktree_path: string;
  readonly agent_id: string | null;
  readonly branch_name: string;
  readonly write_set: readonly string[];
  readonly provenance_hash: string | null;
  readonly holder?: Holder | undefined;
  readonly ttl_ms?: number | undefined;
}

/** The fence: the epoch that the caller was granted. Without it, the call is about whatever lease there is. */
export interface Fence {
  readonly epoch?: number | undefined;
}

export function grant(
  phase: string,
  record: PhaseRecord,
  request: LeaseRequest,
  moment: Moment,
): Changed<GrantedLease> {
  const last = record.leases.at(-1);
  if (last?.lease_state === "open") {
    const state = holderState(last, moment);
    const reason = `already has an open lease: ${describeHolder(last, state)}`;
    throw new LeaseError("LEASE_HELD", phase, reason, { lease: last, holderState: state });
  }
  const { holder, ttl_ms, worktree_path, agent_id, branch_name, write_set, provenance_hash } =
    request;
  const epoch = record.epoch + 1;
  const lease: GrantedLease = {
    phase_id: phase,
    worktree_path,
    agent_id,
    branch_name,
    lease_state: "open",
    granted_at: moment.now.toISOString(),
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set,
    provenance_hash,
    ...(holder !== undefined && { holder }),
    epoch,
    ...expiry(holder, ttl_ms, moment),
  };
  const leases = [...record.leases, lease];
  return { record: { ...record, epoch, leases }, lease, origins: NO_ORIGINS };
}

export function close(phase: string, record: PhaseRecord, fence: Fence, moment: Moment): Changed {
  const lease = requireOpen(phase, record, fence);
  return withLast(record, lease, {
    ...lease,
    lease_state: "closed",
    closed_at: moment.now.toISOString(),
  });
}

export function crash(
  phase: string,
  record: PhaseRecord,
  { reason, ...fence }: Fence & { readonly reason: string },
  moment: Moment,
): Changed {
  const lease = requireOpen(phase, record, fence);
  return withLast(record, lease, crashed(lease, reason, moment));
}

export function heartbeat(
  phase: string,
  record: PhaseRecord,
  { ttl_ms, ...fence }: Fence & { readonly ttl_ms?: number | undefined },
  moment: Moment,
): Changed {
  const lease = requireOpen(phase, record, fence);
  const { expires_at: _at, expires_uptime_ms: _uptime, ttl_ms: former, ...kept } = lease;
  return withLast(record, lease, {
    ...kept,
    heartbeat_at: moment.now.toISOString(),
    ...expiry(lease.holder, ttl_ms ?? former, moment),
  });
}

/** Ends the lease of a holder that is dead, or late. */
export function reclaim(
  phase: string,
  record: PhaseRecord,
  { reason, ...fence }: Fence & { readonly reason?: string | undefined },
  moment: Moment,
): Changed {
  const lease = requireOpen(phase, record, fence);
  const state = holderState(lease, moment);
  const seen = describeHolder(lease, state);
  if (state !== "dead" && state !== "expired") {
    const refused = `has an open lease that cannot be reclaimed: ${seen}`;
    throw new LeaseError("LEASE_HELD", phase, refused, { lease, holderState: state });
  }
  const why = reason === undefined ? `reclaimed: ${seen}` : `reclaimed: ${seen} (${reason})`;
  return withLast(record, lease, crashed(lease, why, moment));
}

// Those who clear more often than that do not look back so far.
const MAXIMUM_CLEARINGS = 20;

/** Takes the phase's leases out of the list. They stay among what can be brought back. */
export function clear(
  phase: string,
  record: PhaseRecord,
  { force = false, ...fence }: Fence & { readonly force?: boolean | undefined },
  moment: Moment,
): Changed {
  const lease = requireLease(phase, record, fence);
  if (lease.lease_state === "open" && !force) {
    const state = holderState(lease, moment);
    const reason = `has an open lease, which is cleared by force only: ${describeHolder(lease, state)}`;
    throw new LeaseError("LEASE_OPEN", phase, reason, { lease, holderState: state });
  }
  const { leases, epoch } = record;
  const clearing = { cleared_at: moment.now.toISOString(), epoch, leases };
  const cleared = [...record.cleared, clearing].slice(-MAXIMUM_CLEARINGS);
  return { record: { ...record, leases: [], cleared }, lease, origins: NO_ORIGINS };
}

/**
 * Puts back what was cleared last, before what came after it. Of a phase that was granted again since, an
 * open lease comes back as crashed: there is one holder.
 */
export function restore(phase: string, record: PhaseRecord): Changed {
  const clearing = record.cleared.at(-1);
  if (clearing === undefined) {
    throw new LeaseError("LEASE_NOT_FOUND", phase, "has no leases that were cleared");
  }
  const { epoch = record.epoch } = clearing;
  const isGrantedSince = record.leases.length > 0 || epoch < record.epoch;
  const origins = new Map<Lease, Lease>();
  const restored = clearing.leases.map((lease, index) => {
    const isLast = index === clearing.leases.length - 1;
    if (lease.lease_state !== "open" || (isLast && !isGrantedSince)) return lease;
    const ended = superseded(lease, clearing);
    origins.set(ended, lease);
    return ended;
  });
  const lease = restored.at(-1);
  if (lease === undefined) throw new TypeError("nothing was cleared");
  const leases = [...restored, ...record.leases];
  return { record: { ...record, leases, cleared: record.cleared.slice(0, -1) }, lease, origins };
}

function superseded(lease: Lease, { cleared_at }: Clearing): Lease {
  const crash_reason = "cleared by force while it was open, and the phase was granted again since";
  return { ...lease, lease_state: "crashed", crashed_at: cleared_at, crash_reason };
}

/** The lease that the caller means. */
function requireLease(phase: string, { leases, epoch: given }: PhaseRecord, fence: Fence): Lease {
  const { epoch } = fence;
  const lease = leases.at(-1);
  const isOver = epoch !== undefined && epoch !== lease?.epoch;
  if (isOver && (lease !== undefined || epoch < given)) {
    throw new LeaseError("LEASE_FENCED", phase, describeEpoch(epoch, given, lease), { lease });
  }
  if (lease === undefined) throw new LeaseError("LEASE_NOT_FOUND", phase, "has no lease");
  return lease;
}

function describeEpoch(epoch: number, given: number, lease: Lease | undefined): string {
  if (lease !== undefined && lease.epoch === undefined) {
    return "has a lease without an epoch, of an older tool";
  }
  const now = lease?.epoch ?? given;
  if (epoch > given) return `is at epoch ${now}, and has had no epoch ${epoch} yet`;
  return `is at epoch ${now} by now, not at ${epoch}`;
}

/** The lease that the caller means, if it is open. Throws what `close` would throw. */
export function requireOpen(phase: string, record: PhaseRecord, fence: Fence): Lease {
  const lease = requireLease(phase, record, fence);
  if (lease.lease_state === "open") return lease;
  const reason = `has a lease with lease_state "${lease.lease_state}", expected "open"`;
  throw new LeaseError("LEASE_NOT_OPEN", phase, reason, { lease });
}

function withLast(record: PhaseRecord, origin: Lease, lease: Lease): Changed {
  const leases = [...record.leases.slice(0, -1), lease];
  return { record: { ...record, leases }, lease, origins: new Map([[lease, origin]]) };
}

function crashed(lease: Lease, reason: string, { now }: Moment): Lease {
  return {
    ...lease,
    lease_state: "crashed",
    crashed_at: now.toISOString(),
    crash_reason: reason,
  };
}

function expiry(
  holder: Holder | undefined,
  ttl: number | undefined,
  { now, uptime }: Moment,
): Pick<Lease, "expires_at" | "ttl_ms" | "expires_uptime_ms"> {
  if (ttl === undefined) return {};
  const isShared = holder !== undefined && uptime !== undefined && sharesClock(holder, uptime);
  return {
    expires_at: new Date(now.getTime() + ttl).toISOString(),
    ttl_ms: ttl,
    ...(isShared && { expires_uptime_ms: uptime.milliseconds + ttl }),
  };
}
