import fs from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { newestBackup } from "./backup-list.ts";
import { checkStore } from "./check-store.ts";
import type { DatabaseReport } from "./database-report.ts";
import { DamagedDatabaseError, DatabaseError, ForeignDatabaseError } from "./errors.ts";
import { currentState, type FileState, wasNoted } from "./known-state.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { networkFault } from "./network-file-system.ts";
import { wasOurs } from "./was-ours.ts";

// Of a database that others write to all the time, a look may need to be repeated.
const ATTEMPTS = 8;
const PAUSE_MILLISECONDS = 50;

/** Which store it is looked at for. */
export interface InspectOptions {
  /** Those that the store would have: what another program has written under one of these names is foreign. */
  readonly collections?: readonly string[] | undefined;
}

/**
 * Looks at every page and the checksum of every record of a store's file, without opening it: what
 * `openLmdbStore` would refuse, and what it would not look at any more; undefined for a file that is missing,
 * or was never written to. Loads no native code, takes no lock, writes nothing. Others may write meanwhile.
 *
 * Throws `DamagedDatabaseError` with the newest backup that is known, `ForeignDatabaseError`, and
 * `DatabaseError`: `LMDB_STORE_NETWORK`, `LMDB_STORE_ACCESS_DENIED`, `LMDB_STORE_IO`, and
 * `LMDB_STORE_IN_USE` for a file that changed whenever it was looked at.
 */
export async function inspectDatabase(
  path: string,
  { collections = [] }: InspectOptions = {},
): Promise<DatabaseReport | undefined> {
  try {
    const target = realPathOf(path);
    if (target === undefined) return undefined;
    const fault = networkFault(dirname(target));
    if (fault !== undefined) throw new DatabaseError("LMDB_STORE_NETWORK", target, fault);
    return await inspectPatiently(target, collections);
  } catch (error) {
    throw toDatabaseError(path, error);
  }
}

/** The same of the file behind all links, wherever it lies. */
export async function inspectPatiently(
  path: string,
  collections: readonly string[],
): Promise<DatabaseReport | undefined> {
  let wasDamaged = false;
  for (let attempt = 1; ; attempt += 1) {
    const before = currentState(path);
    try {
      const report = await checkStore(path, collections);
      // There is something where a database was.
      const isCut = report === undefined && before !== undefined && wasNoted(path);
      if (isCut) throw new DamagedDatabaseError(path, "it is empty");
      return report;
    } catch (error) {
      const reason = damageIn(error, path);
      const isStill = isSame(before, currentState(path));
      if (isStill && reason === undefined) throw error;
      // The clock of file times has few ticks: within one of them, the file may have changed. So it is looked at twice.
      if (isStill && wasDamaged && reason !== undefined) {
        throw new DamagedDatabaseError(path, reason, { backupPath: await newestBackup(path) });
      }
      // Pages of the transaction that was looked at may be those of a later one by now.
      if (attempt === ATTEMPTS) {
        const busy = "another program writes to it all the time";
        throw new DatabaseError("LMDB_STORE_IN_USE", path, busy, error);
      }
      wasDamaged = isStill;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

function damageIn(error: unknown, path: string): string | undefined {
  const isForeign = error instanceof ForeignDatabaseError && wasOurs(path, error);
  return error instanceof DamagedDatabaseError || isForeign ? error.reason : undefined;
}

function isSame(one: FileState | undefined, other: FileState | undefined): boolean {
  return (
    one?.inode === other?.inode &&
    one?.bytes === other?.bytes &&
    one?.modified === other?.modified &&
    one?.changed === other?.changed
  );
}

/** The file behind all links; undefined where nothing is. */
function realPathOf(path: string): string | undefined {
  if (fs.statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  return fs.realpathSync.native(path);
}
