import { deepFreeze } from "../deep-freeze.ts";
import { isObject, isRecord } from "../is-record.ts";
import { type Holder, type Lease, LEASE_STATES, type LeaseState } from "./lease.ts";
import { phaseFault } from "./phase-id.ts";

/** What of a stored item is understood as a lease, and how a lease is stored again. */

/** The leases of one phase that were cleared at one time. */
export interface Clearing {
  readonly cleared_at: string;
  readonly leases: readonly Lease[];
  /** The last epoch of the phase by then; absent where another version has written it. */
  readonly epoch?: number;
}

/** The items of leases that stand there otherwise than they are understood. */
const items = new WeakMap<Lease, Readonly<Record<string, unknown>>>();

/**
 * The lease, as far as it can be understood, frozen; undefined for what names no phase. A state that
 * nobody knows counts as open: then nobody is granted the phase.
 */
export function leaseOf(item: unknown): Lease | undefined {
  if (!isRecord(item)) return undefined;
  // Nearly all of them.
  if (isWhole(item)) return deepFreeze(item);
  const phase_id = phaseIdOf(item);
  if (phase_id === undefined) return undefined;
  const lease = deepFreeze(parseLease(item, phase_id));
  items.set(lease, item);
  return lease;
}

/** The id of the phase that an item is about; undefined when it names none. */
export function phaseIdOf(item: unknown): string | undefined {
  const id = isRecord(item) ? item["phase_id"] : undefined;
  const text = typeof id === "number" ? String(id) : id;
  return typeof text === "string" && phaseFault(text) === undefined ? text : undefined;
}

/** What was cleared, frozen; undefined for what has no time, or is no list of leases of one phase. */
export function clearingOf(item: unknown): Clearing | undefined {
  if (!isRecord(item)) return undefined;
  const { cleared_at, leases: all, epoch } = item;
  if (!isTime(cleared_at) || !Array.isArray(all) || all.length === 0) return undefined;
  const leases = all.map(leaseOf);
  if (!leases.every((lease) => lease !== undefined)) return undefined;
  const { epoch: _raw, ...others } = item;
  const known = { cleared_at, leases: Object.freeze(leases), ...(isEpoch(epoch) && { epoch }) };
  return Object.freeze({ ...others, ...known });
}

/**
 * The item that stands for the lease. One that was made of another lease changes only that in its item in
 * which the two differ: what nobody has understood of it stays.
 */
export function itemOf(lease: Lease, origin: Lease | undefined): unknown {
  const item = origin === undefined ? undefined : items.get(origin);
  if (origin === undefined || item === undefined) return items.get(lease) ?? lease;
  const former: object = origin;
  const next: object = lease;
  const changed = new Map(Object.entries(item));
  for (const [name, value] of Object.entries(next)) {
    if (!isObject(former) || former[name] !== value) changed.set(name, value);
  }
  for (const name of Object.keys(former)) if (!Object.hasOwn(next, name)) changed.delete(name);
  // Makes own properties of all names; an assignment would take `__proto__` for the prototype.
  return Object.fromEntries(changed);
}

const KNOWN_STATES: ReadonlySet<unknown> = new Set(LEASE_STATES);

function parseLease(raw: Readonly<Record<string, unknown>>, phase_id: string): Lease {
  const { holder, epoch, heartbeat_at, expires_at, ttl_ms, expires_uptime_ms, ...fields } = raw;
  return {
    ...fields,
    phase_id,
    worktree_path: textOr("", raw["worktree_path"]),
    agent_id: textOr(null, raw["agent_id"]),
    branch_name: textOr("", raw["branch_name"]),
    lease_state: isLeaseState(raw["lease_state"]) ? raw["lease_state"] : "open",
    granted_at: textOr("", raw["granted_at"]),
    closed_at: textOr(null, raw["closed_at"]),
    crashed_at: textOr(null, raw["crashed_at"]),
    crash_reason: textOr(null, raw["crash_reason"]),
    write_set: Array.isArray(raw["write_set"]) ? raw["write_set"].filter(isText) : [],
    provenance_hash: textOr(null, raw["provenance_hash"]),
    ...(isHolder(holder) && { holder }),
    ...(isEpoch(epoch) && { epoch }),
    ...(isTime(heartbeat_at) && { heartbeat_at }),
    ...(isTime(expires_at) && { expires_at }),
    ...(isTtl(ttl_ms) && { ttl_ms }),
    ...(isUptime(expires_uptime_ms) && { expires_uptime_ms }),
  };
}

/** Whether it is a lease as it stands there. */
function isWhole(
  raw: Readonly<Record<string, unknown>>,
): raw is Readonly<Record<string, unknown>> & Lease {
  const { phase_id, write_set, holder, epoch, heartbeat_at, expires_at } = raw;
  return (
    isText(phase_id) &&
    phaseFault(phase_id) === undefined &&
    [raw["worktree_path"], raw["branch_name"], raw["granted_at"]].every(isText) &&
    [raw["agent_id"], raw["closed_at"], raw["crashed_at"], raw["crash_reason"]].every(
      isTextOrNull,
    ) &&
    isTextOrNull(raw["provenance_hash"]) &&
    isLeaseState(raw["lease_state"]) &&
    Array.isArray(write_set) &&
    write_set.every(isText) &&
    (holder === undefined || isHolder(holder)) &&
    (epoch === undefined || isEpoch(epoch)) &&
    (heartbeat_at === undefined || isTime(heartbeat_at)) &&
    (expires_at === undefined || isTime(expires_at)) &&
    (raw["ttl_ms"] === undefined || isTtl(raw["ttl_ms"])) &&
    (raw["expires_uptime_ms"] === undefined || isUptime(raw["expires_uptime_ms"]))
  );
}

function textOr<D>(otherwise: D, raw: unknown): string | D {
  return isText(raw) ? raw : otherwise;
}

function isTextOrNull(raw: unknown): raw is string | null {
  return raw === null || isText(raw);
}

function isText(raw: unknown): raw is string {
  return typeof raw === "string";
}

function isLeaseState(raw: unknown): raw is LeaseState {
  return KNOWN_STATES.has(raw);
}

// Beyond it there would be no room for the next ones.
const LARGEST_EPOCH = 2 ** 52;

export function isEpoch(raw: unknown): raw is number {
  return typeof raw === "number" && Number.isSafeInteger(raw) && raw >= 0 && raw <= LARGEST_EPOCH;
}

function isUptime(raw: unknown): raw is number {
  return typeof raw === "number" && raw >= 0;
}

// What is to be held for longer than that has no expiry.
const LONGEST_TTL_MILLISECONDS = 366 * 24 * 3_600_000;

export function isTtl(raw: unknown): raw is number {
  return typeof raw === "number" && raw >= 1 && raw <= LONGEST_TTL_MILLISECONDS;
}

function isTime(raw: unknown): raw is string {
  return isText(raw) && !Number.isNaN(Date.parse(raw));
}

export function isHolder(raw: unknown): raw is Holder {
  if (!isRecord(raw)) return false;
  const { host, machine, boot_id, namespace, pid, start_time } = raw;
  const isNamed = [host, machine, boot_id, namespace, start_time].every(isText);
  return isNamed && typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
}
