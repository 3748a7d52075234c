import fs from "node:fs";

import { withFileLock } from "@x/atomic-fs";
import { assertNotOpen, readDatabaseHeader, replaceForeignDatabase } from "@x/lmdb-store";

import type { MigrationResult } from "../database-config.ts";
import { databasePathOf, MEMORY_PATH } from "../database-path.ts";
import { errnoOf } from "../errno.ts";
import { TrackerError } from "../errors.ts";
import { pathBehindLinks } from "../path-behind-links.ts";
import type { TrackRecord } from "../track-record.ts";
import { isOldDatabase } from "./is-old-database.ts";
import { LMDBDatabase } from "./lmdb-database.ts";
import { faultText, type MigrationOptions } from "./migrate-from-database.ts";
import {
  assertNotInTheWay,
  isMigrationFolder,
  makeMigrationFolder,
  migrationFolderOf,
  removeMigrationFolder,
} from "./migration-folder.ts";
import { hasFailed, newReplacing, type Replacing, takeOver } from "./take-over.ts";

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

/**
 * Gives the place of a database that the original has left where ours is to be to a new one that holds its records, and
 * keeps the old file beside it as `<path>.original`. Where there is none, there is nothing to do.
 *
 * Atomic: the path leads to the old one until the new one is complete. Killed anywhere and repeated, it comes to
 * the same. What can be read and is no record is among the errors and stays in the file that is kept. Where something cannot be
 * read, where nothing is a record, while another program has it open, and with any other error, the old one stays where it
 * is; with errors and a `keptAs`, it was replaced, and the next call does what is left. What a killed one has left is removed.
 * Never throws.
 */
export async function replaceOldDatabase(
  path: string,
  { maxSize, onProgress }: ReplaceOldDatabaseOptions = {},
): Promise<ReplacedDatabase> {
  const replacing = newReplacing();
  try {
    const file = fileOf(path);
    if (
      file !== undefined &&
      ((await isOldDatabase(file)) || isMigrationFolder(migrationFolderOf(file)))
    ) {
      // Of two that do it at once, the second one finds nothing to do.
      await alone(file, async () => {
        if (await isOldDatabase(file)) await replace(file, { maxSize, onProgress }, replacing);
        else await finish(file, maxSize);
      });
    }
  } catch (error) {
    replacing.faults.push({ error });
  }
  return resultOf(replacing);
}

/**
 * What `replaceOldDatabase` would do, tried with a database that has nothing yet: it gets the records. Undefined where no
 * old one is in the place. Nothing else is changed. Never throws.
 */
export async function tryOldDatabase(
  path: string,
  targetDb: TrackRecord,
  { onProgress }: MigrationOptions = {},
): Promise<ReplacedDatabase | undefined> {
  const replacing = newReplacing();
  try {
    const file = fileOf(path);
    if (file === undefined || !(await isOldDatabase(file))) return undefined;
    assertNotInTheWay(migrationFolderOf(file));
    assertNotOpen(file);
    await takeOver(file, targetDb, { onProgress }, replacing);
    if (!hasFailed(replacing)) replacing.keptAs = originalOf(file);
  } catch (error) {
    replacing.faults.push({ error });
  }
  return resultOf(replacing);
}

function resultOf({
  entriesMigrated,
  entriesSkipped,
  faults,
  keptAs,
}: Replacing): ReplacedDatabase {
  const errors = faults.map(faultText);
  // What is in a new one that did not take the place is gone with it.
  if (keptAs === null) return { entriesMigrated: 0, entriesSkipped: 0, errors, keptAs };
  return { entriesMigrated, entriesSkipped, errors, keptAs };
}

/** The file behind all links; undefined for one in memory. */
function fileOf(path: string): string | undefined {
  const named = databasePathOf(path);
  return named === MEMORY_PATH ? undefined : pathBehindLinks(named);
}

function originalOf(file: string): string {
  return `${file}.original`;
}

async function alone(file: string, work: () => Promise<void>): Promise<void> {
  let isBegun = false;
  try {
    await withFileLock(migrationFolderOf(file), async () => {
      isBegun = true;
      await work();
    });
  } catch (error) {
    if (isBegun || errnoOf(error) !== "ATOMIC_FS_LOCKED") throw error;
    const reason = `another process migrates ${file} right now: wait until it is done`;
    throw new TrackerError("TRACKER_NOT_REPLACED", reason, error, file);
  }
}

async function replace(
  file: string,
  options: ReplaceOldDatabaseOptions,
  replacing: Replacing,
): Promise<void> {
  const folder = migrationFolderOf(file);
  try {
    for (let attempt = 1; replacing.keptAs === null; attempt += 1) {
      if (attempt > ATTEMPTS) throw busy(file);
      assertNotOpen(file);
      // What a killed one has left is not known to be of the file as it is now.
      const by = makeMigrationFolder(folder);
      const transaction = (await readDatabaseHeader(file))?.transaction ?? 0;
      await takeOverInto(by, file, options, replacing);
      if (hasFailed(replacing)) return;
      const replaced = await replaceForeignDatabase(file, {
        by,
        keptAs: originalOf(file),
        transaction,
      });
      if (replaced === undefined) continue;
      replacing.keptAs = replaced.keptAs;
      if (replaced.fault !== undefined) replacing.faults.push({ error: replaced.fault });
    }
  } finally {
    // Of one that took the place, it says that there is something left to do.
    if (replacing.keptAs === null) removeMigrationFolder(folder);
  }
  await finish(file, options.maxSize);
}

/** What is left to do when the place has changed hands. */
async function finish(file: string, maxSize: number | undefined): Promise<void> {
  if (fs.existsSync(file)) await showHosts(file, maxSize);
  removeMigrationFolder(migrationFolderOf(file));
}

async function takeOverInto(
  by: string,
  file: string,
  { maxSize, onProgress }: ReplaceOldDatabaseOptions,
  replacing: Replacing,
): Promise<void> {
  // Why it cannot be opened is thrown by what is done with it.
  const database = new LMDBDatabase({ path: by, maxSize, onWarning: () => undefined });
  try {
    if (!(await database.open())) throw database.fault;
    await takeOver(file, database, { onProgress }, replacing);
  } finally {
    await database.close();
  }
}

/** They read a copy of the agents, which is written with what is added. */
async function showHosts(path: string, maxSize: number | undefined): Promise<void> {
  let failure: string | undefined;
  const database = new LMDBDatabase({
    path,
    maxSize,
    onWarning: ({ code, message }) => {
      if (code === "TRACKER_SNAPSHOT_UNWRITABLE") failure = message;
    },
  });
  try {
    await database.addMissing([]);
  } finally {
    await database.close();
  }
  if (failure !== undefined) throw new Error(failure);
}

function busy(path: string): TrackerError {
  const reason = `another program writes to ${path} all the time: end it first`;
  return new TrackerError("TRACKER_NOT_REPLACED", reason, undefined, path);
}
