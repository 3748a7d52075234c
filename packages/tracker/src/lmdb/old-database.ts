import {
  type DatabaseReport,
  ForeignDatabaseError,
  inspectDatabase,
  type ForeignContents,
} from "@x/lmdb-store";

import { errnoOf } from "../errno.ts";
import { TrackerError } from "../errors.ts";
import { COLLECTION_NAMES } from "../records/collections.ts";

const FORMS: Readonly<Record<ForeignContents["kind"], string>> = {
  records: "records that are in no collection, as its first versions had them",
  collections: "collections that Cabinet has not written, as its last version had them",
};

/**
 * Looks at every page and the checksum of every record of a database of agents, as `inspectDatabase` of `@x/lmdb-store`
 * does. Throws what that throws, and `TrackerError` (`TRACKER_DATABASE_OLD`) for one that looks like one of the original
 * tracker.
 */
export async function inspectTrackerDatabase(path: string): Promise<DatabaseReport | undefined> {
  try {
    return await inspectDatabase(path, { collections: COLLECTION_NAMES });
  } catch (error) {
    throw asOldDatabase(error);
  }
}

/**
 * Why the database could not be opened, with that code where such a database is in the way. A replacement that was
 * killed leaves it with two names.
 */
export async function openingFault(path: string, error: unknown): Promise<unknown> {
  if (errnoOf(error) !== "LMDB_STORE_LINKED") return asOldDatabase(error);
  try {
    await inspectTrackerDatabase(path);
  } catch (fault) {
    if (errnoOf(fault) === "TRACKER_DATABASE_OLD") return fault;
    // What is wrong with it besides is said when it has one name.
  }
  return error;
}

/** The error with that code where it is about such a database; any other one as it is. */
function asOldDatabase(error: unknown): unknown {
  if (!(error instanceof ForeignDatabaseError) || error.holds === undefined) return error;
  const form = FORMS[error.holds.kind];
  const reason = `${error.path} looks like a database of the original tracker (${form}): \`cabinet tracker migrate\` takes over what is in it, and \`cabinet tracker migrate --dry-run\` says what that is`;
  return new TrackerError("TRACKER_DATABASE_OLD", reason, error, error.path);
}
