import { isRecord } from "../is-record.ts";
import { recordOf } from "../record-of.ts";
import type { Schema } from "../schema.ts";
import { type Holder, type Lease, LEASE_STATES, type LeaseState } from "./lease.ts";
import { phaseFault } from "./phase-id.ts";

/** What the registry of leases holds, and what of a file is understood as that. */

export const SCHEMA_VERSION = 1;

/** The leases of one phase that were cleared at one time. */
export interface Clearing {
  readonly cleared_at: string;
  readonly leases: readonly Lease[];
}

export interface LeaseFile {
  /** Of a newer version nothing else is understood, and nothing is written. */
  readonly schema_version: number;
  /** As they are stored, for `leaseOf`. Several of one phase are its history; the last one is its lease. */
  readonly leases: readonly unknown[];
  /** By the key of its phase, the last epoch that was given. */
  readonly epochs: Readonly<Record<string, number>>;
  /** All epochs are above it: it stands for what a damaged file had given. */
  readonly epoch_floor?: number;
  /** What can be brought back, the latest at the end, as it is stored, for `clearingOf`. */
  readonly cleared?: readonly unknown[];
}

export const EMPTY_FILE: LeaseFile = { schema_version: SCHEMA_VERSION, leases: [], epochs: {} };

const EpochsSchema = recordOf<number>({
  parse(raw) {
    if (isEpoch(raw)) return raw;
    throw new TypeError("it is no epoch");
  },
});

/** Items of lists are left as they are: what another version has written of one is not to be changed. */
export const LeaseFileSchema: Schema<LeaseFile> = { parse: parseFile };

function parseFile(raw: unknown): LeaseFile {
  if (!isRecord(raw)) throw new TypeError("it is not a JSON object");
  const { schema_version = SCHEMA_VERSION, leases, epochs, epoch_floor, cleared, ...others } = raw;
  if (typeof schema_version !== "number") throw new TypeError("its schema_version is no number");
  if (schema_version > SCHEMA_VERSION) return { ...EMPTY_FILE, schema_version };
  if (!Array.isArray(leases)) throw new TypeError("it has no list of leases");
  return {
    ...others,
    schema_version,
    leases,
    epochs: EpochsSchema.parse(isRecord(epochs) ? epochs : {}),
    ...(isEpoch(epoch_floor) && { epoch_floor }),
    ...(Array.isArray(cleared) && { cleared }),
  };
}

/** What was cleared; undefined for what was not written by us: it has no time, or is no list of leases. */
export function clearingOf(item: unknown): Clearing | undefined {
  if (!isRecord(item) || !isTime(item["cleared_at"]) || !Array.isArray(item["leases"])) {
    return undefined;
  }
  const leases = item["leases"].map(leaseOf);
  if (!leases.every((lease) => lease !== undefined)) return undefined;
  return { ...item, cleared_at: item["cleared_at"], leases };
}

const storedForms = new WeakMap<Lease, unknown>();

/** The item that stands for the lease: as it was stored, when it is still the same lease. */
export function storedForm(lease: Lease): unknown {
  return storedForms.get(lease) ?? lease;
}

/**
 * The lease, as far as it can be understood; undefined for what names no phase. A state that nobody
 * knows counts as open: then nobody is granted the phase.
 */
export function leaseOf(item: unknown): Lease | undefined {
  if (!isRecord(item)) return undefined;
  // Nearly all of them.
  if (isWhole(item)) return item;
  const lease = parseLease(item);
  if (lease !== undefined) storedForms.set(lease, item);
  return lease;
}

const KNOWN_STATES: ReadonlySet<unknown> = new Set(LEASE_STATES);

function parseLease(raw: Readonly<Record<string, unknown>>): Lease | undefined {
  const phase_id = typeof raw["phase_id"] === "number" ? String(raw["phase_id"]) : raw["phase_id"];
  if (typeof phase_id !== "string" || phaseFault(phase_id) !== undefined) return undefined;
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
  return typeof raw === "string" ? raw : otherwise;
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

export function isEpoch(raw: unknown): raw is number {
  return typeof raw === "number" && Number.isSafeInteger(raw) && raw >= 0;
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
  return typeof raw === "string" && !Number.isNaN(Date.parse(raw));
}

export function isHolder(raw: unknown): raw is Holder {
  if (!isRecord(raw)) return false;
  const { host, machine, boot_id, namespace, pid, start_time } = raw;
  const isNamed = [host, machine, boot_id, namespace, start_time].every(isText);
  return isNamed && typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
}
