import type { LockOptions } from "@x/atomic-fs";

import { checkStore } from "./check-store.ts";
import type { DatabaseReport } from "./database-report.ts";
import type { Environment } from "./environment.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { withSnapshot } from "./pages/with-snapshot.ts";

/** As `verify` of a store. */
export async function verify(
  environment: Environment,
  patience: LockOptions,
): Promise<DatabaseReport> {
  const { path } = environment;
  const report = await withSnapshot(environment, patience, () => checkStore(path)).catch(
    (error: unknown) => {
      throw toDatabaseError(path, error);
    },
  );
  if (report !== undefined) return report;
  throw new DatabaseError("LMDB_STORE_REPLACED", path, "the file was removed while it was open");
}
