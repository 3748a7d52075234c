import type { LockOptions } from "@x/atomic-fs";

import type { DatabaseReport } from "./check-database.ts";
import { checkStore } from "./check-store.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { FORMAT_KEY } from "./record-codec.ts";
import { underLock } from "./transactions.ts";

/**
 * Checks the newest transaction, which a reader holds as long as the check takes: LMDB writes over none
 * of its pages then. The lock is held while the reader begins and the header is read, no longer.
 */
export async function verifySnapshot(
  environment: Environment,
  patience: LockOptions,
): Promise<DatabaseReport> {
  const { path } = environment;
  return environment.hold(async () => {
    const { checking, reader } = await underLock(path, patience, () => beginCheck(environment));
    try {
      const report = await checking;
      if (report !== undefined) return report;
      throw new DatabaseError(
        "LMDB_STORE_REPLACED",
        path,
        "the file was removed while it was open",
      );
    } finally {
      reader.done();
    }
  });
}

function beginCheck(environment: Environment) {
  environment.root.resetReadTxn();
  const reader = environment.root.useReadTransaction();
  // LMDB begins a transaction when something is read.
  environment.root.getBinaryFast(FORMAT_KEY);
  // It has read the header when it gives its promise.
  return { checking: checkStore(environment.path), reader };
}
