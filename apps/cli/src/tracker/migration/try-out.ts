import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { LMDBDatabase, tryOldDatabase } from "@x/tracker/lmdb";

import type { Invocation } from "../../command.ts";
import { withProgress } from "../../screen/progress-line.ts";
import { withTracker } from "../tracker-database.ts";
import { maximumSize, pathToOpen } from "../tracker-path.ts";
import { isSameFile, isThere } from "./migration-source.ts";
import { isInTheWay, migrate, type Migrated, NOTHING } from "./take-over.ts";

/** What would be done, tried on a copy, in a database as the real one would be. */
export async function tryOut(
  invocation: Invocation,
  source: string,
): Promise<Pick<Migrated, "replaced" | "migrated">> {
  const folder = await mkdtemp(join(tmpdir(), "cabinet-dry-run-"));
  const path = join(folder, "agents.lmdb");
  const copy = new LMDBDatabase({
    path,
    maxSize: maximumSize(invocation),
    onWarning: () => undefined,
  });
  try {
    return await tryOn(copy, invocation, source);
  } finally {
    await copy.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryOn(
  copy: LMDBDatabase,
  invocation: Invocation,
  source: string,
): Promise<Pick<Migrated, "replaced" | "migrated">> {
  const database = pathToOpen(invocation);
  const replaced = await withProgress(invocation, "migrated", (onProgress) =>
    tryOldDatabase(database, copy, { onProgress }),
  );
  if (replaced !== undefined && isInTheWay(replaced)) return { replaced, migrated: NOTHING };
  if (replaced === undefined) {
    await withTracker(invocation, "unchanged", (tracker) =>
      copy.addMissing(tracker.database.records()),
    );
  }
  const isOther = isThere(source) && !isSameFile(source, database);
  return {
    replaced: replaced ?? { ...NOTHING, keptAs: null },
    migrated: isOther ? await migrate(invocation, source, copy) : NOTHING,
  };
}
