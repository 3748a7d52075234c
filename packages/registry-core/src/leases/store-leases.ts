import { isRecord } from "../is-record.ts";
import type { Schema } from "../schema.ts";
import { type Collection, collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";
import {
  clearCall,
  type ClearRequest,
  closeCall,
  crashCall,
  grantCall,
  heartbeatCall,
  type HeartbeatRequest,
  type LeaseCall,
  reclaimCall,
  type ReclaimRequest,
  restoreCall,
} from "./lease-calls.ts";
import { clearingOf, isEpoch, leaseOf } from "./lease-file.ts";
import { type LeaseFields, parsePhase, type PhaseId } from "./lease-input.ts";
import type { Fence, PhaseRecord } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";
import { type LeaseClock, momentNow } from "./moment.ts";
import { phaseKey } from "./phase-id.ts";

/**
 * The leases that a store keeps, one record a phase. The calls are those of the file (`grantLease` and so
 * on), with the same rules and `LeaseError`s; what else they throw is said by the store. Each that
 * changes something is one transaction.
 */
export interface StoreLeases {
  grant(fields: LeaseFields): Promise<Lease>;
  close(phase: PhaseId, fence?: Fence): Promise<Lease>;
  crash(phase: PhaseId, reason: string, fence?: Fence): Promise<Lease>;
  heartbeat(phase: PhaseId, request?: HeartbeatRequest): Promise<Lease>;
  reclaim(phase: PhaseId, request?: ReclaimRequest): Promise<Lease>;
  clear(phase: PhaseId, request?: ClearRequest): Promise<Lease>;
  restore(phase: PhaseId): Promise<Lease>;
  /** The lease of the phase; null when there is none. */
  get(phase: PhaseId): Promise<Lease | null>;
  /** All leases, those of one phase together in the order in which they were granted. */
  list(): Promise<Lease[]>;
}

export interface StoreLeasesOptions {
  /** Default `leases`. */
  readonly collection?: string | undefined;
  /** Default: the system's clocks. */
  readonly clock?: LeaseClock | undefined;
}

/** Leases in a store of any engine. Who has opened the store closes it. */
export function leasesIn(
  store: Store,
  { collection: name = "leases", clock = {} }: StoreLeasesOptions = {},
): StoreLeases {
  const phases = collection(name, PhaseRecordSchema);
  const change = (call: LeaseCall): Promise<Lease> => applyCall(store, phases, call, clock);
  return {
    grant: async (fields) => change(grantCall(fields)),
    close: async (phase, fence = {}) => change(closeCall(phase, fence)),
    crash: async (phase, reason, fence = {}) => change(crashCall(phase, reason, fence)),
    heartbeat: async (phase, request = {}) => change(heartbeatCall(phase, request)),
    reclaim: async (phase, request = {}) => change(reclaimCall(phase, request)),
    clear: async (phase, request = {}) => change(clearCall(phase, request)),
    restore: async (phase) => change(restoreCall(phase)),
    get: async (phase) => {
      const record = await store.get(phases.at(phaseKey(parsePhase(phase))));
      return record?.leases.at(-1) ?? null;
    },
    list: async () => {
      const records = await store.entries(phases, { limit: Infinity });
      return records.flatMap(([, { leases }]) => leases);
    },
  };
}

function applyCall(
  store: Store,
  phases: Collection<PhaseRecord>,
  { phase, rule }: LeaseCall,
  clock: LeaseClock,
): Promise<Lease> {
  const key = phaseKey(phase);
  return store.transact([phases.at(key)], ([record = EMPTY_RECORD]) => {
    // Read where it counts: a transaction may run again later.
    const changed = rule(record, momentNow(clock));
    return { changes: [phases.put(key, changed.record)], result: changed.lease };
  });
}

const EMPTY_RECORD: PhaseRecord = { epoch: 0, leases: [], cleared: [] };

const PhaseRecordSchema: Schema<PhaseRecord> = {
  parse(raw) {
    if (!isRecord(raw) || !isEpoch(raw["epoch"])) throw new TypeError("it has no epoch");
    const { epoch, ...others } = raw;
    const leases = parseAll(raw["leases"], leaseOf);
    return { ...others, epoch, leases, cleared: parseAll(raw["cleared"], clearingOf) };
  },
};

function parseAll<T>(raw: unknown, parse: (item: unknown) => T | undefined): T[] {
  const items = Array.isArray(raw) ? raw.map(parse) : [];
  if (items.every((item) => item !== undefined)) return items;
  throw new TypeError("it holds what is no lease");
}
