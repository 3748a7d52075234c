import type { TrackRecord } from "@x/tracker";
import {
  migrateFromDatabase,
  type MigrationResult,
  type ReplacedDatabase,
  replaceOldDatabase,
} from "@x/tracker/lmdb";

import type { Invocation } from "../../command.ts";
import { withProgress } from "../../screen/progress-line.ts";
import { maximumSize } from "../tracker-path.ts";

export const NOTHING: MigrationResult = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };

/** What was done, or would be. */
export interface Migrated {
  readonly source: string;
  readonly hasSource: boolean;
  readonly database: string;
  /** Of the old database in the place of the new one. */
  readonly replaced: ReplacedDatabase;
  readonly migrated: MigrationResult;
}

/** Gives the place of an old database that stands where the new one is to be to that one. */
export function replace(invocation: Invocation, database: string): Promise<ReplacedDatabase> {
  const maxSize = maximumSize(invocation);
  return withProgress(invocation, "migrated", (onProgress) =>
    replaceOldDatabase(database, { maxSize, onProgress }),
  );
}

/** Copies what the database lacks from an old one elsewhere. */
export function migrate(
  invocation: Invocation,
  source: string,
  database: TrackRecord,
): Promise<MigrationResult> {
  return withProgress(invocation, "migrated", (onProgress) =>
    migrateFromDatabase(source, database, { onProgress }),
  );
}

/** The old database still stands where the new one is to be. */
export function isInTheWay({ keptAs, errors }: ReplacedDatabase): boolean {
  return keptAs === null && errors.length > 0;
}
