import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import type { MigrationResult } from "../database-config.ts";
import { errnoOf } from "../errno.ts";
import { failureOf, failureText } from "../failure.ts";
import { journalFolderOf } from "../journal/journal-folder.ts";
import { projectDatabasePath } from "../project-database-path.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { runChild } from "./run-child.ts";

/**
 * Copies what the database lacks from the one that the original has left in a project, in a process of its own, which is
 * gone when this resolves. Where it has left none, that costs one look at the disk. Never throws: what could not
 * be copied, and why, is among the errors.
 */
export async function migrateInChild(
  project: string,
  options: FlushChildOptions,
): Promise<MigrationResult> {
  const nothing = { entriesMigrated: 0, entriesSkipped: 0 };
  try {
    const folder = resolve(project);
    if (!(await hasRecords(projectDatabasePath(folder)))) return { ...nothing, errors: [] };
    const task = { folder: journalFolderOf(options.path), project: folder };
    const { migration, failures } = await runChild(task, options);
    const errors = failures.map(failureText);
    if (migration === undefined && errors.length === 0) {
      errors.push("TRACKER_FLUSH_FAILED: the program that flushes is one that cannot migrate");
    }
    const { entriesMigrated, entriesSkipped } = migration ?? nothing;
    return { entriesMigrated, entriesSkipped, errors };
  } catch (error) {
    return { ...nothing, errors: [failureText(failureOf(error))] };
  }
}

/** One that is empty has not been written to yet. */
async function hasRecords(path: string): Promise<boolean> {
  try {
    const stats = await stat(path);
    return !stats.isFile() || stats.size > 0;
  } catch (error) {
    const code = errnoOf(error);
    // A file that happens to be called `~` is no home folder.
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
