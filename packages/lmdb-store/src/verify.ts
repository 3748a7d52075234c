import { withFileLock } from "@x/atomic-fs";

import { checkDatabase, type DatabaseReport } from "./check-database.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { createRecordFault } from "./record-fault.ts";

/**
 * Checks the newest transaction, which a reader holds as long as the check takes: LMDB writes over none
 * of its pages then. The lock is held while the reader begins and the header is read, no longer.
 */
export async function verifySnapshot(
  environment: Environment,
  { timeoutMilliseconds }: { readonly timeoutMilliseconds: number | undefined },
): Promise<DatabaseReport> {
  const { path } = environment;
  const { checking, reader } = await withFileLock(
    path,
    () => {
      environment.refresh();
      const held = environment.root.useReadTransaction();
      // It reads the header before it gives a promise.
      return { checking: checkDatabase(path, { recordFault: createRecordFault() }), reader: held };
    },
    { timeoutMilliseconds },
  );
  try {
    const report = await checking;
    if (report !== undefined) return report;
    throw new DatabaseError("LMDB_STORE_REPLACED", path, "the file was removed while it was open");
  } finally {
    reader.done();
  }
}
