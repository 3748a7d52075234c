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
import { type LeaseFile, SCHEMA_VERSION } from "./lease-file.ts";
import { type LeaseFields, parsePhase, type PhaseId } from "./lease-input.ts";
import type { Fence } from "./lease-rules.ts";
import type { GrantedLease, Lease } from "./lease.ts";
import { type LeaseClock, momentNow } from "./moment.ts";
import { phaseKey } from "./phase-id.ts";
import { phaseIn, withPhase } from "./phase-in-file.ts";
import { isEpoch } from "./stored-lease.ts";

/**
 * The leases that a store keeps, one record a phase. The calls are those of the file (`grantLease` and so
 * on), with the same rules and `LeaseError`s; what else they throw is said by the store. Each that
 * changes something is one transaction.
 */
export interface StoreLeases {
  /** Grants the phase, with the next epoch. While it has an open lease, that is `LEASE_HELD`. */
  grant(fields: LeaseFields): Promise<GrantedLease>;
  /** Ends the open lease of the phase. Throws `LEASE_NOT_FOUND`, `LEASE_NOT_OPEN`, `LEASE_FENCED`. */
  close(phase: PhaseId, fence?: Fence): Promise<Lease>;
  /** Ends it as one whose work did not come to its end. Throws as `close` does. */
  crash(phase: PhaseId, reason: string, fence?: Fence): Promise<Lease>;
  /** Puts its expiry off. Throws as `close` does: then it is not held any more. */
  heartbeat(phase: PhaseId, request?: HeartbeatRequest): Promise<Lease>;
  /** Ends, as crashed, that of a holder that is gone or late; of any other it is `LEASE_HELD`. */
  reclaim(phase: PhaseId, request?: ReclaimRequest): Promise<Lease>;
  /**
   * Takes all leases of the phase out of the list, and gives the last one; an open one is `LEASE_OPEN`
   * without force. The epochs go on.
   */
  clear(phase: PhaseId, request?: ClearRequest): Promise<Lease>;
  /** Brings back what was cleared last, and gives the last of it. Throws `LEASE_NOT_FOUND`. */
  restore(phase: PhaseId): Promise<Lease>;
  /** The lease of the phase; null when there is none. */
  get(phase: PhaseId): Promise<Lease | null>;
  /** All leases, those of one phase together in the order in which they were granted. */
  list(): Promise<Lease[]>;
}

/** Where in the store the leases are, and the clock that they expire by. */
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
  const phases = collection(name, StoredPhaseSchema);
  const change = <L extends Lease>(call: LeaseCall<L>): Promise<L> =>
    applyCall(store, phases, call, clock);
  return {
    grant: async (fields) => change(grantCall(fields)),
    close: async (phase, fence = {}) => change(closeCall(phase, fence)),
    crash: async (phase, reason, fence = {}) => change(crashCall(phase, reason, fence)),
    heartbeat: async (phase, request = {}) => change(heartbeatCall(phase, request)),
    reclaim: async (phase, request = {}) => change(reclaimCall(phase, request)),
    clear: async (phase, request = {}) => change(clearCall(phase, request)),
    restore: async (phase) => change(restoreCall(phase)),
    get: async (phase) => {
      const key = phaseKey(parsePhase(phase));
      const stored = await store.get(phases.at(key));
      return stored === undefined ? null : (leasesOf(key, stored).at(-1) ?? null);
    },
    list: async () => {
      const records = await store.entries(phases, { limit: Infinity });
      return records.flatMap(([key, stored]) => leasesOf(key, stored));
    },
  };
}

function leasesOf(key: string, stored: StoredPhase): readonly Lease[] {
  return phaseIn(fileOf(key, stored), key).leases;
}

function applyCall<L extends Lease>(
  store: Store,
  phases: Collection<StoredPhase>,
  { phase, rule }: LeaseCall<L>,
  clock: LeaseClock,
): Promise<L> {
  const key = phaseKey(phase);
  return store.transact([phases.at(key)], ([stored = EMPTY]) => {
    const file = fileOf(key, stored);
    // Read where it counts: a transaction may run again later.
    const changed = rule(phaseIn(file, phase), momentNow(clock));
    const { leases, cleared } = withPhase(file, phase, changed);
    const next = { ...stored, epoch: changed.record.epoch, leases, cleared };
    return { changes: [phases.put(key, next)], result: changed.lease };
  });
}

/** What is stored of one phase: the part of a registry's file that is about it. */
interface StoredPhase extends Pick<LeaseFile, "leases" | "cleared"> {
  readonly epoch: number;
}

const EMPTY: StoredPhase = { epoch: 0, leases: [] };

function fileOf(key: string, { epoch, leases, cleared }: StoredPhase): LeaseFile {
  // A name that is computed is always a property's own, also `__proto__`.
  return { schema_version: SCHEMA_VERSION, leases, epochs: { [key]: epoch }, cleared };
}

const StoredPhaseSchema: Schema<StoredPhase> = {
  parse(raw) {
    if (!isRecord(raw) || !isEpoch(raw["epoch"])) throw new TypeError("it has no epoch");
    const { epoch, leases, ...others } = raw;
    if (!Array.isArray(leases)) throw new TypeError("it has no list of leases");
    return { ...others, epoch, leases };
  },
};
