import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { dirname } from "node:path";

import { identifyProcess, type LockOptions, syncFolderSync } from "@x/atomic-fs";

import { listBackups, noteBackup } from "./backup-list.ts";
import { canonicalPath } from "./canonical-path.ts";
import { checkStore } from "./check-store.ts";
import { copyDatabase } from "./copy-database.ts";
import type { DatabaseReport } from "./database-report.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { withSnapshot } from "./pages/with-snapshot.ts";

/** As `backupTo` of a store. */
export async function backUp(
  environment: Environment,
  patience: LockOptions,
  to: string,
): Promise<DatabaseReport> {
  const { path } = environment;
  const target = canonicalPath(to);
  assertNotOurs(path, target);
  assertReplaceable(target, listBackups(path));
  return installCopy(
    target,
    (copy) => withSnapshot(environment, patience, () => copyDatabase(path, copy)),
    // Before: one that cannot be noted does not take the place of an older one.
    () => noteBackup(path, target),
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
  const copy = copyPath(target);
  try {
    await write(copy);
    const report = await checkStore(copy);
    if (report === undefined) throw new DatabaseError("LMDB_STORE_IO", target, "the copy is empty");
    beforeInstalling();
    fs.renameSync(copy, target);
    syncFolderSync(dirname(target));
    return { ...report, path: target };
  } catch (error) {
    throw toDatabaseError(target, error);
  } finally {
    // What is left of it, when it was written by a store of its own, too.
    for (const end of ["", ...BESIDE]) fs.rmSync(copy + end, { force: true });
  }
}

/** As temporary files of `@x/atomic-fs` are called: `findOrphans` finds what a killed process leaves. */
function copyPath(target: string): string {
  const start = identifyProcess()?.start ?? "0";
  return `${target}.tmp.${process.pid}.${start}.${randomBytes(8).toString("hex")}`;
}

// What stands behind the name of a database in the names of the files beside it.
const BESIDE = ["-lock", ".state", ".backups", ".lock", ".lock.next"];

/** Throws `DatabaseError` (`LMDB_STORE_EXISTS`) for what is no older backup. */
export function assertReplaceable(target: string, backups: readonly string[]): void {
  if (!fs.existsSync(target) || backups.includes(target)) return;
  const reason = "what stands there is no backup of this database: move it away first";
  throw new DatabaseError("LMDB_STORE_EXISTS", target, reason);
}

function assertNotOurs(path: string, target: string): void {
  if (target !== path && !BESIDE.some((end) => target === path + end)) return;
  throw new TypeError(
    `${target} is the database itself, or belongs to it: a backup is another file`,
  );
}
