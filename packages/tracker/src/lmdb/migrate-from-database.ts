import { type FlatDatabase, type FlatEntry, openFlatDatabase } from "@x/lmdb-store";

import type { MigrationResult } from "../database-config.ts";
import type { TrackerRecord } from "../records/tracker-record.ts";
import type { TrackRecord } from "../track-record.ts";
import { oldRecord, oldRecordIn } from "./old-record.ts";

/** How far a migration is. */
export interface MigrationProgress {
  /** Entries of the source that were looked at. */
  readonly done: number;
  readonly total: number;
}

/** Who hears how far a migration is. */
export interface MigrationOptions {
  /** Hears of it now and then. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/**
 * Copies what the target lacks from a database of the original, of its first versions or the last one. How often it
 * is done, or where it was interrupted, changes nothing of what comes out; the source stays as it is, and may be in use.
 * Without a source there is nothing to do. Never throws: what could not be copied, and why, is among the errors.
 */
export async function migrateFromDatabase(
  path: string,
  targetDb: TrackRecord,
  options: MigrationOptions = {},
): Promise<MigrationResult> {
  const { faults, ...counts } = await migrateRecords(path, targetDb, options);
  return { ...counts, errors: faults.map(faultText) };
}

/** What could not be copied, and why. */
export interface MigrationFault {
  /** Of an entry of the source; undefined: it is about the source or the target as a whole. */
  readonly key?: string;
  readonly error: unknown;
  /** Its bytes could not be decoded: what it holds is not known. */
  readonly isUnreadable?: boolean;
}

export interface RecordsMigration {
  entriesMigrated: number;
  entriesSkipped: number;
  readonly faults: MigrationFault[];
}

/** The same, with what went wrong as it was thrown. */
export async function migrateRecords(
  path: string,
  targetDb: TrackRecord,
  { onProgress }: MigrationOptions = {},
): Promise<RecordsMigration> {
  const result: RecordsMigration = { entriesMigrated: 0, entriesSkipped: 0, faults: [] };
  let source: FlatDatabase | undefined;
  try {
    source = await openFlatDatabase(path, { withCollections: true });
    if (source !== undefined) await migrate(source, targetDb, result, onProgress);
  } catch (error) {
    result.faults.push({ error });
  } finally {
    source?.close();
  }
  return result;
}

async function migrate(
  source: FlatDatabase,
  target: TrackRecord,
  result: RecordsMigration,
  onProgress: MigrationOptions["onProgress"],
): Promise<void> {
  const total = source.count;
  let done = 0;
  async function* records(flat: FlatDatabase): AsyncGenerator<TrackerRecord> {
    for await (const entry of flat.entries()) {
      done += 1;
      try {
        if ("fault" in entry) throw new TypeError(entry.fault);
        const { collection, key, value } = entry;
        yield collection === undefined
          ? oldRecord(key, value)
          : oldRecordIn(collection, key, value);
      } catch (error) {
        result.faults.push({ key: nameOf(entry), error, isUnreadable: "fault" in entry });
      }
    }
  }
  await target.addMissing(records(source), ({ added, skipped }) => {
    result.entriesMigrated = added;
    result.entriesSkipped = skipped;
    onProgress?.({ done, total });
  });
}

// Enough to find it by; the longest that LMDB takes has thousands.
const LONGEST_NAME = 120;

/** The beginning of its key, behind the collection that it is in. */
function nameOf({ collection, key }: FlatEntry): string {
  const name = collection === undefined ? key : `${collection}/${key}`;
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

/** As those see it who called: its key or its code first. */
export function faultText({ key, error }: MigrationFault): string {
  return key === undefined ? reasonOf(error) : `${JSON.stringify(key)}: ${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? `${String(error.code)}: ${error.message}` : error.message;
}
