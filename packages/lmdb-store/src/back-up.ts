import fs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import type { LockOptions } from "@x/atomic-fs";

import { noteBackup } from "./backup-list.ts";
import type { DatabaseReport } from "./check-database.ts";
import { checkStore } from "./check-store.ts";
import { copyDatabase } from "./copy-database.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { syncPath } from "./sync-path.ts";
import { withSnapshot } from "./with-snapshot.ts";

/** As `backupTo` of a store. */
export async function backUp(
  environment: Environment,
  patience: LockOptions,
  to: string,
): Promise<DatabaseReport> {
  const { path } = environment;
  const target = resolve(to);
  assertNotItself(path, target);
  return installCopy(
    target,
    (copy) => withSnapshot(environment, patience, () => copyDatabase(path, copy)),
    // Before: one that cannot be noted does not take the place of an older one.
    () => noteBackup(path, join(fs.realpathSync(dirname(target)), basename(target))),
  );
}

/**
 * Puts what `write` has written to the path that it gets in place of the target, once it was found to
 * be whole. Atomic, durable when `write` syncs it.
 */
export async function installCopy(
  target: string,
  write: (copy: string) => Promise<void>,
  beforeInstalling: () => void = () => {},
): Promise<DatabaseReport> {
  let folder: string | undefined;
  try {
    folder = fs.mkdtempSync(join(dirname(target), `.${basename(target)}.`));
    const copy = join(folder, "copy.lmdb");
    await write(copy);
    const report = await checkStore(copy);
    if (report === undefined) throw new DatabaseError("LMDB_STORE_IO", target, "the copy is empty");
    beforeInstalling();
    fs.renameSync(copy, target);
    syncPath(dirname(target));
    return { ...report, path: target };
  } catch (error) {
    throw toDatabaseError(target, error);
  } finally {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function assertNotItself(path: string, target: string): void {
  const stats = fs.statSync(target, { throwIfNoEntry: false });
  const own = fs.statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.ino !== own?.ino || stats.dev !== own.dev) return;
  throw new TypeError(`${target} is the database itself: a backup of it is another file`);
}
