import type { MigrationResult } from "../database-config.ts";
import { projectDatabasePath } from "../project-database-path.ts";
import type { TrackRecord } from "../track-record.ts";
import { migrateFromDatabase, type MigrationOptions } from "./migrate-from-database.ts";

/**
 * Copies what the target lacks from the database that the original has left in a project folder. How often
 * it is done, or where it was interrupted, changes nothing of what comes out; the source stays as it is, and
 * may be in use. Without a source there is nothing to do. Never throws: what could not be
 * copied, and why, is among the errors.
 */
export async function migrateFromProjectDatabase(
  sourceDir: string,
  targetDb: TrackRecord,
  options: MigrationOptions = {},
): Promise<MigrationResult> {
  return migrateFromDatabase(projectDatabasePath(sourceDir), targetDb, options);
}
