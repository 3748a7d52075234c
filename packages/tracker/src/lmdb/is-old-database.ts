import { openFlatDatabase } from "@x/lmdb-store";

import { errnoOf } from "../errno.ts";
import { inspectTrackerDatabase } from "./old-database.ts";

/** Whether a file is a database of the original tracker, also while that writes to it. Throws where nobody can tell. */
export async function isOldDatabase(path: string): Promise<boolean> {
  try {
    await inspectTrackerDatabase(path);
    return false;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "TRACKER_DATABASE_OLD") return true;
    // Whoever opens the database says what else is wrong with it.
    return code === "LMDB_STORE_IN_USE" && isReadAsOld(path);
  }
}

/** Whether a copy of it can be read as one of the original, where it did not stand still for a look. */
async function isReadAsOld(path: string): Promise<boolean> {
  try {
    const flat = await openFlatDatabase(path, { withCollections: true });
    flat?.close();
    return flat !== undefined;
  } catch (error) {
    if (errnoOf(error) === "LMDB_STORE_IN_USE") throw error;
    // It is ours, or somebody else's.
    return false;
  }
}
