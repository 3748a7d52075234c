import fs from "node:fs";
import { dirname } from "node:path";

import { withFileLock } from "@x/atomic-fs";

import { readDatabaseHeader } from "./database-header.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { removeLockFile } from "./lock-file.ts";
import { syncFolder } from "./sync-folder.ts";

/** What takes the place of a database of another program, and what becomes of that one. */
export interface Replacement {
  /** The file that takes the place, of the same file system; nobody may have it open. */
  readonly by: string;
  /** The name that the old file gets; where something stands there, `-2` is added, and so on. */
  readonly keptAs: string;
  /** The last one of the old file that `by` knows of. */
  readonly transaction: number;
}

// Nobody keeps so many.
const MOST_NAMES = 100;

/**
 * Gives the place of another program's database to one of this package, and gives the name under which the old file is
 * kept; undefined when that program has written to it since, and nothing was changed. Atomic and durable: whatever is
 * killed when, the path leads to one of the two, and the old file has a name. Killed in between, it has both
 * names, and the next call comes to the same end.
 *
 * Throws `DatabaseError` and `LockedError` of `@x/atomic-fs`.
 */
export async function replaceForeignDatabase(
  path: string,
  { by, keptAs, transaction }: Replacement,
): Promise<string | undefined> {
  try {
    return await withFileLock(path, async ({ assertHeld }) => {
      const header = await readDatabaseHeader(path);
      if (header?.transaction !== transaction) return undefined;
      assertHeld();
      const kept = nameAlso(path, keptAs);
      syncFolder(dirname(path));
      // That of the old file: who has it open keeps it.
      removeLockFile(path);
      fs.renameSync(by, path);
      syncFolder(dirname(path));
      return kept;
    });
  } catch (error) {
    throw toDatabaseError(path, error);
  }
}

/** A link is never made over another file. */
function nameAlso(path: string, wanted: string): string {
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      fs.linkSync(path, name);
      return name;
    } catch (error) {
      if (!isTaken(error)) throw toDatabaseError(path, error);
      if (isSameFile(path, name)) return name;
    }
  }
  throw new DatabaseError(
    "LMDB_STORE_EXISTS",
    wanted,
    `${MOST_NAMES} files of that name are there`,
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function isSameFile(one: string, other: string): boolean {
  const first = fs.lstatSync(one, { bigint: true });
  const second = fs.lstatSync(other, { bigint: true });
  return first.ino === second.ino && first.dev === second.dev;
}
