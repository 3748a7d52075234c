import fs from "node:fs";
import { join } from "node:path";

import { withFileLock } from "@x/atomic-fs";
import { readDatabaseHeader, replaceForeignDatabase } from "@x/lmdb-store";

import type { MigrationResult } from "../database-config.ts";
import { databasePathOf, MEMORY_PATH } from "../database-path.ts";
import { errnoOf } from "../errno.ts";
import { TrackerError } from "../errors.ts";
import { realPathOf } from "../real-path.ts";
import { LMDBDatabase } from "./lmdb-database.ts";
import {
  faultText,
  migrateRecords,
  type MigrationFault,
  type MigrationOptions,
  type RecordsMigration,
} from "./migrate-from-database.ts";
import { inspectTrackerDatabase } from "./old-database.ts";

/** How large the new database may become, and who hears how far it is. */
export interface ReplaceOldDatabaseOptions extends MigrationOptions {
  /** Bytes, as of `LMDBDatabase`. */
  readonly maxSize?: number | undefined;
}

/** What came of it, and where the old database is kept; null: it still stands where it was, or there was none. */
export interface ReplacedDatabase extends MigrationResult {
  readonly keptAs: string | null;
}

// Each of them, the original has written to its database meanwhile.
const ATTEMPTS = 3;
// In the folder in which it is made.
const NEW_DATABASE = "agent-tracker.lmdb";

/**
 * Gives the place of a database that the original has left where ours is to be to a new one that holds its records, and
 * keeps the old file beside it as `<path>.original`. Where there is none, there is nothing to do.
 *
 * Atomic: the path leads to the old one until the new one is complete. Killed anywhere and repeated, it comes to
 * the same. What is no record in it is among the errors and stays in the file that is kept; with any other error, and
 * where it has no record at all, the old one stays where it is. What a killed one has left is removed. Never throws.
 */
export async function replaceOldDatabase(
  path: string,
  { maxSize, onProgress }: ReplaceOldDatabaseOptions = {},
): Promise<ReplacedDatabase> {
  const faults: MigrationFault[] = [];
  const replacing: Replacing = { entriesMigrated: 0, entriesSkipped: 0, faults, keptAs: null };
  try {
    const named = databasePathOf(path);
    const file = named === MEMORY_PATH ? undefined : realPathOf(named);
    const folder = `${file}.migration`;
    if (file !== undefined && ((await isOld(file)) || isEmptied(folder))) {
      // Of two that do it at once, the second one finds nothing to do.
      await withFileLock(folder, async () => {
        if (await isOld(file)) await replace(file, folder, { maxSize, onProgress }, replacing);
        else if (isEmptied(folder)) fs.rmSync(folder, { recursive: true, force: true });
      });
    }
  } catch (error) {
    faults.push({ error });
  }
  const { entriesMigrated, entriesSkipped, keptAs } = replacing;
  const errors = faults.map(faultText);
  // What is in a new one that did not take the place is gone with it.
  if (keptAs === null) return { entriesMigrated: 0, entriesSkipped: 0, errors, keptAs };
  return { entriesMigrated, entriesSkipped, errors, keptAs };
}

interface Replacing extends RecordsMigration {
  keptAs: string | null;
}

async function replace(
  file: string,
  folder: string,
  { maxSize, onProgress }: ReplaceOldDatabaseOptions,
  replacing: Replacing,
): Promise<void> {
  try {
    for (let attempt = 1; replacing.keptAs === null; attempt += 1) {
      if (attempt > ATTEMPTS) throw busy(file);
      // What a killed one has left is not known to be of the file as it is now.
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder, { mode: 0o700 });
      const by = join(folder, NEW_DATABASE);
      const header = await readDatabaseHeader(file);
      const migration = await migrateInto(by, file, { maxSize, onProgress });
      Object.assign(replacing, migration, { faults: replacing.faults });
      replacing.faults.splice(0, Infinity, ...migration.faults);
      assertTakenOver(file, migration);
      if (migration.faults.some(({ key }) => key === undefined)) return;
      const transaction = header?.transaction ?? 0;
      const keptAs = `${file}.original`;
      replacing.keptAs = (await replaceForeignDatabase(file, { by, keptAs, transaction })) ?? null;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  await showHosts(file, maxSize);
}

/** Killed behind the rename, one has left what was beside the new database, and nothing else. */
function isEmptied(folder: string): boolean {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const names = fs.readdirSync(folder);
  return names.every((name) => name !== NEW_DATABASE && name.startsWith(NEW_DATABASE));
}

async function migrateInto(
  by: string,
  file: string,
  { maxSize, onProgress }: ReplaceOldDatabaseOptions,
): Promise<RecordsMigration> {
  // Why it cannot be opened is thrown by what is done with it.
  const database = new LMDBDatabase({ path: by, maxSize, onWarning: () => undefined });
  try {
    if (!(await database.open())) throw database.fault;
    return await migrateRecords(file, database, { onProgress });
  } finally {
    await database.close();
  }
}

/** Throws where there is something in it, and nothing of that is a record: it is somebody else's. */
function assertTakenOver(file: string, { entriesMigrated, faults }: RecordsMigration): void {
  const isNothing = entriesMigrated === 0 && faults.length > 0;
  if (!isNothing || faults.some(({ key }) => key === undefined)) return;
  const reason = `nothing in ${file} is a record of the original tracker: another program may have made it`;
  throw new TrackerError("TRACKER_UNAVAILABLE", reason);
}

/** They read a copy of the agents, which is written with what is added. */
async function showHosts(path: string, maxSize: number | undefined): Promise<void> {
  const database = new LMDBDatabase({ path, maxSize, onWarning: () => undefined });
  try {
    await database.addMissing([]);
  } finally {
    await database.close();
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    await inspectTrackerDatabase(path);
    return false;
  } catch (error) {
    if (errnoOf(error) === "TRACKER_DATABASE_OLD") return true;
    // Whoever opens the database says what is wrong with it.
    return false;
  }
}

function busy(path: string): TrackerError {
  const reason = `another program writes to ${path} all the time: end it first`;
  return new TrackerError("TRACKER_UNAVAILABLE", reason);
}
