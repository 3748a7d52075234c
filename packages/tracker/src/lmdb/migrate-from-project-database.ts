import { join } from "node:path";

import { type FlatDatabase, openFlatDatabase } from "@x/lmdb-store";

import type { MigrationResult } from "../database-config.ts";
import type { TrackRecord } from "../track-record.ts";
import type { TrackerRecord } from "../tracker-record.ts";
import { oldRecord } from "./old-record.ts";

export interface MigrationProgress {
  /** Entries of the source that were looked at. */
  readonly done: number;
  readonly total: number;
}

export interface MigrationOptions {
  /** Hears of it now and then. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** Where the original kept its records, in each project: it took `~` for the name of a folder. */
export function projectDatabasePath(sourceDir: string): string {
  return join(sourceDir, "~", ".config", "opencode", "agent-tracker.lmdb");
}

/**
 * Copies what the target lacks from the flat database that the original has left in a project folder. How often
 * it is done, or where it was interrupted, changes nothing of what comes out; the source stays as it is, and
 * may be in use. Without a source there is nothing to do. Never throws: what could not be
 * copied, and why, is among the errors.
 */
export async function migrateFromProjectDatabase(
  sourceDir: string,
  targetDb: TrackRecord,
  { onProgress }: MigrationOptions = {},
): Promise<MigrationResult> {
  const result: MigrationResult = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };
  let source: FlatDatabase | undefined;
  try {
    source = await openFlatDatabase(projectDatabasePath(sourceDir));
    if (source !== undefined) await migrate(source, targetDb, result, onProgress);
  } catch (error) {
    result.errors.push(reasonOf(error));
  } finally {
    source?.close();
  }
  return result;
}

async function migrate(
  source: FlatDatabase,
  target: TrackRecord,
  result: MigrationResult,
  onProgress: MigrationOptions["onProgress"],
): Promise<void> {
  const total = source.count;
  let done = 0;
  async function* records(flat: FlatDatabase): AsyncGenerator<TrackerRecord> {
    for await (const entry of flat.entries()) {
      done += 1;
      try {
        if ("fault" in entry) throw new TypeError(entry.fault);
        yield oldRecord(entry.key, entry.value);
      } catch (error) {
        result.errors.push(`${JSON.stringify(entry.key)}: ${reasonOf(error)}`);
      }
    }
  }
  await target.addMissing(records(source), ({ added, skipped }) => {
    result.entriesMigrated = added;
    result.entriesSkipped = skipped;
    onProgress?.({ done, total });
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? `${String(error.code)}: ${error.message}` : error.message;
}
