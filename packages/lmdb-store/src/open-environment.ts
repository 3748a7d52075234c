import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Warning } from "@x/registry-core";

import { newestBackup } from "./backup-list.ts";
import { Environment, type EnvironmentOptions } from "./environment.ts";
import { DamagedDatabaseError, DatabaseError, ForeignDatabaseError } from "./errors.ts";
import { inspectPatiently } from "./inspect-database.ts";
import { isInKnownState, isReplaced, wasNoted } from "./known-state.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { isLockFileShared, isOpenElsewhere, removeLockFile, reserveLockFile } from "./lock-file.ts";
import { loadNative, type Native } from "./native.ts";
import { networkFault } from "./network-file-system.ts";
import { readDatabaseHeader } from "./pages/database-header.ts";
import { setDatabaseAside } from "./set-aside.ts";
import { wasOurs } from "./was-ours.ts";

export interface OpeningOptions extends EnvironmentOptions {
  readonly collections: readonly string[];
  readonly damaged: "refuse" | "quarantine";
  readonly onWarning: (warning: Warning) => void;
}

// Other users of LMDB take no lock of ours: what fails while they open may go well a little later.
const ATTEMPTS = 5;
const PAUSE_MILLISECONDS = 20;

/**
 * Opens the database at a canonical path. To be called under its lock. No native code is loaded before
 * the file was found to be whole: its header always, all its pages unless it is exactly as one of ours
 * has left it.
 */
export async function openEnvironment(path: string, options: OpeningOptions): Promise<Environment> {
  const fault = networkFault(dirname(path));
  if (fault !== undefined) {
    const reason = `${fault}, where LMDB cannot work: put it on a disk of this machine`;
    throw new DatabaseError("LMDB_STORE_NETWORK", path, reason);
  }
  await assertWhole(path, options);
  const native = await loadNative(path);
  if (isOpenElsewhere(path)) {
    const reason =
      "this process has it open already, in another thread or by another copy of this package: LMDB can be used by one of them only";
    throw new DatabaseError("LMDB_STORE_OPEN_FAILED", path, reason);
  }
  // Who gave the place of another program's database to this one may have been killed before that one's lock was gone.
  const isOfAnother = !wasNoted(path) && isLockFileShared(path);
  if (isReplaced(path) || isOfAnother) removeLockFile(path);
  return openPatiently(native, path, options);
}

async function assertWhole(path: string, options: OpeningOptions): Promise<void> {
  const reason = await damageOf(path, options.collections);
  if (reason === undefined) return;
  const backupPath = await newestBackup(path);
  if (options.damaged === "refuse") throw new DamagedDatabaseError(path, reason, { backupPath });
  const asidePath = setDatabaseAside(path);
  const backup =
    backupPath === undefined ? "no backup of it is known" : `its newest backup is ${backupPath}`;
  const message = `${path} was damaged (${reason}) and is set aside as ${asidePath}; ${backup}`;
  options.onWarning({ code: "LMDB_STORE_QUARANTINED", message, path: asidePath });
}

/** What is wrong with the file; undefined: nothing, or there is none. */
async function damageOf(path: string, collections: readonly string[]): Promise<string | undefined> {
  try {
    const header = await readDatabaseHeader(path);
    if (header === undefined) return existsSync(path) && wasNoted(path) ? "it is empty" : undefined;
    // Programs that take no lock of ours may write to it meanwhile.
    if (!isInKnownState(path)) await inspectPatiently(path, collections);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedDatabaseError) return error.reason;
    if (error instanceof ForeignDatabaseError && wasOurs(path, error)) return error.reason;
    throw toDatabaseError(path, error);
  }
}

async function openPatiently(
  native: Native,
  path: string,
  options: OpeningOptions,
): Promise<Environment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      reserveLockFile(path, options.maxReaders);
      return new Environment(native, path, options);
    } catch (error) {
      const failure = toDatabaseError(path, error, "LMDB_STORE_OPEN_FAILED");
      const mayPass = failure instanceof DatabaseError && failure.code === "LMDB_STORE_OPEN_FAILED";
      if (!mayPass || attempt === ATTEMPTS) throw failure;
      await delay(PAUSE_MILLISECONDS * attempt);
    }
  }
}
