import { constants } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { type DatabaseFile, openDatabaseFile } from "./pages/database-file.ts";
import { readDatabaseHeader } from "./pages/database-header.ts";

const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 20;

/**
 * Opens a copy of a database as of one moment, whose name is gone when this returns; undefined for a file
 * that is missing or still empty. Its `path` is that of the original, which errors name, too. Who opened it
 * closes its descriptor. A process that is killed meanwhile leaves a folder `cabinet-flat-…`, for this user alone, among
 * the system's temporary files.
 *
 * LMDB writes over no page of its newest transaction before it has made another one. So a copy between two
 * looks at the header that agree holds that transaction, whoever was writing.
 */
export async function openPrivateCopy(path: string): Promise<DatabaseFile | undefined> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "cabinet-flat-"));
    return await copyInto(join(folder, "copy.lmdb"), path);
  } catch (error) {
    throw toDatabaseError(path, error);
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function copyInto(copyPath: string, path: string): Promise<DatabaseFile | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await readDatabaseHeader(path);
    if (before === undefined) return undefined;
    await copyFile(path, copyPath, constants.COPYFILE_FICLONE);
    const after = await readDatabaseHeader(path);
    if (after?.transaction === before.transaction) {
      const copy = openDatabaseFile(copyPath);
      return copy === undefined ? undefined : { ...copy, path };
    }
    // It may have the mode of an original that nobody may write.
    await rm(copyPath);
    await delay(PAUSE_MILLISECONDS * attempt);
  }
  const reason = "another program writes to it all the time, so it cannot be copied";
  throw new DatabaseError("LMDB_STORE_IN_USE", path, reason);
}
