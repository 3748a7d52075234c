import { TrackerError } from "../errors.ts";
import type { TrackRecord } from "../track-record.ts";
import {
  migrateRecords,
  type MigrationFault,
  type MigrationOptions,
  type RecordsMigration,
} from "./migrate-from-database.ts";

/** What was taken over so far, and where the old database went. */
export interface Replacing extends RecordsMigration {
  keptAs: string | null;
}

export function newReplacing(): Replacing {
  return { entriesMigrated: 0, entriesSkipped: 0, faults: [], keptAs: null };
}

/** Adds what an old database holds to another one. Throws where something of it would be missing there. */
export async function takeOver(
  file: string,
  target: TrackRecord,
  options: MigrationOptions,
  replacing: Replacing,
): Promise<void> {
  const migration = await migrateRecords(file, target, options);
  Object.assign(replacing, migration, { faults: replacing.faults });
  replacing.faults.splice(0, Infinity, ...migration.faults);
  if (!hasFailed(migration)) assertTakenOver(file, migration);
}

/** Whether something is wrong with the source or the target as a whole. */
export function hasFailed({ faults }: { readonly faults: readonly MigrationFault[] }): boolean {
  return faults.some(({ key }) => key === undefined);
}

/**
 * Throws where something in it could not be read: nobody knows what would be missing. Also where there is something in it,
 * and nothing of that is a record: it is somebody else's.
 */
function assertTakenOver(file: string, { entriesMigrated, faults }: RecordsMigration): void {
  const unread = faults.filter(({ isUnreadable }) => isUnreadable === true).length;
  if (entriesMigrated === 0 && faults.length > 0) {
    const reason = `nothing in ${file} is a record of the original tracker: another program may have made it`;
    throw new TrackerError("TRACKER_NOT_REPLACED", reason, undefined, file);
  }
  if (unread === 0) return;
  const entries = unread === 1 ? "1 entry" : `${unread} entries`;
  const reason = `${entries} of ${file} cannot be read, and would be missing`;
  throw new TrackerError("TRACKER_NOT_REPLACED", reason, undefined, file);
}
