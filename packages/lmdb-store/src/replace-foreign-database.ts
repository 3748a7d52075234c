import fs from "node:fs";
import { dirname } from "node:path";

import { syncFolderSync, withFileLock } from "@x/atomic-fs";

import { DatabaseError } from "./errors.ts";
import { isSameFile, linkFile } from "./link-file.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { assertNotOpen, linkLockFile, removeLockFile } from "./lock-file.ts";
import { readDatabaseHeader } from "./pages/database-header.ts";

/** What takes the place of a database of another program, and what becomes of that one. */
export interface Replacement {
  /** The file that takes the place, of the same file system; nobody may have it open. */
  readonly by: string;
  /** The name that the old file gets; where something stands there, `-2` is added, and so on. */
  readonly keptAs: string;
  /** The last one of the old file that `by` knows of. */
  readonly transaction: number;
}

/** The place has changed hands. */
export interface ReplacedForeign {
  /** The name of the old file. */
  readonly keptAs: string;
  /** What went wrong afterwards, such as a folder that could not be synced; undefined: nothing. */
  readonly fault: Error | undefined;
}

// Nobody keeps so many.
const MOST_NAMES = 100;

/**
 * Gives the place of another program's database to one of this package; undefined when that program has written to it
 * since, and nothing was changed. Atomic and durable: whatever is killed when, the path leads to one of the two, and
 * the old file has a name. Killed in between, it has both names, and the next call comes to the same end.
 *
 * The lock file of LMDB is that of the old file, and gets its new name with it before the place changes hands: at no time can
 * two programs open one file under two locks, and a program that opens the new file after a kill makes itself a new lock.
 *
 * Throws `LockedError` of `@x/atomic-fs` and `DatabaseError`, such as `LMDB_STORE_IN_USE` and `LMDB_STORE_NO_LINKS`. With each of
 * them, nothing was changed.
 */
export async function replaceForeignDatabase(
  path: string,
  { by, keptAs: wanted, transaction }: Replacement,
): Promise<ReplacedForeign | undefined> {
  const names: string[] = [];
  try {
    await withFileLock(path, async ({ assertHeld }) => {
      const header = await readDatabaseHeader(path);
      if (header?.transaction !== transaction) return;
      assertNotOpen(path);
      assertHeld();
      const name = nameAlso(path, wanted);
      changeHands(path, by, name);
      names.push(name);
      removeLockFile(path);
      syncFolderSync(dirname(path));
    });
    const [keptAs] = names;
    return keptAs === undefined ? undefined : { keptAs, fault: undefined };
  } catch (error) {
    const fault = toDatabaseError(path, error);
    const [keptAs] = names;
    if (keptAs === undefined) throw fault;
    return { keptAs, fault };
  }
}

function changeHands(path: string, by: string, keptAs: string): void {
  try {
    // Of a power cut behind the rename, the old file must have its name.
    syncFolderSync(dirname(path));
    fs.renameSync(by, path);
  } catch (error) {
    if (isSameFile(path, keptAs)) {
      fs.rmSync(keptAs, { force: true });
      removeLockFile(keptAs);
    }
    throw error;
  }
}

/** The file and its lock file have that name, too, then. A link is never made over another file. */
function nameAlso(path: string, wanted: string): string {
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!linkFile(path, name)) continue;
    if (linkLockFile(path, name)) return name;
    fs.rmSync(name);
  }
  throw new DatabaseError(
    "LMDB_STORE_EXISTS",
    wanted,
    `${MOST_NAMES} files of that name are there`,
  );
}
