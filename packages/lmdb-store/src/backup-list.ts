import fs from "node:fs";

import { updateJsonSync } from "@x/atomic-fs";

import { readDatabaseHeader } from "./pages/database-header.ts";
import { PRIVATE_MODE } from "./private-mode.ts";

/** Which backups were made of a database, in `<path>.backups`: a damaged database cannot say it itself. */
interface BackupList {
  /** Absolute paths, the newest first. */
  readonly backups: readonly string[];
}

const MAXIMUM_BACKUPS = 20;
const NONE: BackupList = { backups: [] };

/** The newest one that is still there, and a database; undefined: none is known. */
export async function newestBackup(path: string): Promise<string | undefined> {
  for (const backup of listBackups(path)) {
    // One that cannot be read, or is another file by now, is none.
    const header = await readDatabaseHeader(backup).catch(() => undefined);
    if (header !== undefined) return backup;
  }
  return undefined;
}

/** Absolute paths, the newest first. */
export function listBackups(path: string): string[] {
  try {
    return backupsIn(JSON.parse(fs.readFileSync(listPath(path), "utf8")));
  } catch {
    // Missing or damaged, it names none. It is asked for while something worse is reported.
    return [];
  }
}

/** Durable, exclusive. Throws what `updateJsonSync` throws. */
export function noteBackup(path: string, backup: string): void {
  updateJsonSync<unknown>(
    listPath(path),
    (list) => {
      const others = backupsIn(list).filter((other) => other !== backup);
      return { backups: [backup, ...others].slice(0, MAXIMUM_BACKUPS) };
    },
    { initial: NONE, corrupt: "quarantine", mode: PRIVATE_MODE },
  );
}

function listPath(path: string): string {
  return `${path}.backups`;
}

function backupsIn(list: unknown): string[] {
  if (typeof list !== "object" || list === null || !("backups" in list)) return [];
  const { backups } = list;
  return Array.isArray(backups) ? backups.filter((backup) => typeof backup === "string") : [];
}
