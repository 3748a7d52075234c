import { isRecord } from "../is-record.ts";
import type { Schema } from "../schema.ts";
import { isSamePhase } from "./phase-id.ts";
import { isEpoch } from "./stored-lease.ts";

/** What the registry of leases holds: its parts as they are stored, so that all stays what it is. */

export const SCHEMA_VERSION = 1;

export interface LeaseFile {
  /** Of a newer version nothing else is understood, and nothing is written. */
  readonly schema_version: number;
  /** For `leaseOf`. Several of one phase are its history; the last one is its lease. */
  readonly leases: readonly unknown[];
  /** By the key of its phase, the last epoch that was given: for `lastEpochIn`. */
  readonly epochs?: unknown;
  /** All epochs are above it: it stands for what a registry had given that is gone. */
  readonly epoch_floor?: unknown;
  /** What can be brought back, the latest at the end: for `clearingOf`. */
  readonly cleared?: unknown;
}

export const EMPTY_FILE: LeaseFile = { schema_version: SCHEMA_VERSION, leases: [], epochs: {} };

export const LeaseFileSchema: Schema<LeaseFile> = { parse: parseFile };

function parseFile(raw: unknown): LeaseFile {
  if (!isRecord(raw)) throw new TypeError("it is not a JSON object");
  const { schema_version = SCHEMA_VERSION, leases, ...others } = raw;
  if (typeof schema_version !== "number") throw new TypeError("its schema_version is no number");
  if (schema_version > SCHEMA_VERSION) return { ...EMPTY_FILE, schema_version };
  if (!Array.isArray(leases)) throw new TypeError("it has no list of leases");
  if (!isRecord(others["epochs"] ?? {})) throw new TypeError("its epochs are no object");
  return { ...others, schema_version, leases };
}

/** An epoch above which all those of the file's phases are that are yet to be granted. */
export function lastEpochIn({ epochs, epoch_floor }: LeaseFile, phase: string): number {
  const noted = Object.entries(isRecord(epochs) ? epochs : {})
    .filter(([id]) => isSamePhase(id, phase))
    .map(([, epoch]) => epoch);
  return [epoch_floor, ...noted].filter(isEpoch).reduce((most, one) => Math.max(most, one), 0);
}

/** The floor of the file's epochs, 0 without one. */
export function floorOf({ epoch_floor }: LeaseFile): number {
  return isEpoch(epoch_floor) ? epoch_floor : 0;
}

/** Whether an epoch may have been given of which the file tells nothing any more. */
export function hasLostEpochs({ epochs = {}, epoch_floor = 0 }: LeaseFile): boolean {
  if (!isEpoch(epoch_floor)) return true;
  const areWhole = isRecord(epochs) && Object.values(epochs).every(isEpoch);
  return !areWhole && epoch_floor === 0;
}
