import fs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { noteBackup } from "./backup-list.ts";
import { checkDatabase, type DatabaseReport } from "./check-database.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { createRecordFault } from "./record-fault.ts";

const PRIVATE_MODE = 0o600;

/** As `backupTo` of a store. What stood there before is replaced once the copy was found to be whole. */
export async function backUp(environment: Environment, to: string): Promise<DatabaseReport> {
  const target = resolve(to);
  assertNotItself(environment.path, target);
  let folder: string | undefined;
  try {
    // Nobody else looks into it: LMDB makes the copy readable for all.
    folder = fs.mkdtempSync(join(dirname(target), `.${basename(target)}.`));
    const copy = join(folder, "copy.lmdb");
    environment.refresh();
    await environment.root.backup(copy, false);
    fs.chmodSync(copy, PRIVATE_MODE);
    const report = await checkDatabase(copy, { recordFault: createRecordFault() });
    if (report === undefined) throw new DatabaseError("LMDB_STORE_IO", target, "the copy is empty");
    sync(copy);
    fs.renameSync(copy, target);
    sync(dirname(target));
    noteBackup(environment.path, fs.realpathSync(target));
    return { ...report, path: target };
  } catch (error) {
    throw toDatabaseError(target, error);
  } finally {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function assertNotItself(path: string, target: string): void {
  const stats = fs.statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const own = fs.statSync(path);
  if (stats.ino !== own.ino || stats.dev !== own.dev) return;
  throw new TypeError(`${target} is the database itself: a backup of it is another file`);
}

function sync(path: string): void {
  // Windows opens no folders.
  if (process.platform === "win32" && fs.statSync(path).isDirectory()) return;
  const descriptor = fs.openSync(path, fs.statSync(path).isDirectory() ? "r" : "r+");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
