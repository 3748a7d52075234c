import { closeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

import type { DatabaseReport, RecordFault } from "./database-report.ts";
import { checkPages } from "./pages/check-pages.ts";
import { type DatabaseFile, openDatabaseFile } from "./pages/database-file.ts";
import { readMetas } from "./pages/database-header.ts";
import { Snapshot } from "./pages/snapshot.ts";

// How long the event loop may wait for the check.
const SLICE_MS = 10;

/** What else is asked of the records, and which transaction is checked. */
export interface CheckOptions {
  /** What is wrong with a record, or undefined. Key and value are views that are valid during the call only. */
  readonly recordFault?: RecordFault | undefined;
  /** Check this committed transaction, not the newest one, because a reader holds it. */
  readonly transaction?: number | undefined;
}

/**
 * Checks every page of an LMDB file in plain JavaScript, so that a damaged one never reaches LMDB;
 * undefined for a file that is missing or still empty, or without the transaction that was asked for.
 * Loads no native code, writes nothing and takes no lock: nobody may write to the file meanwhile,
 * except when a reader holds the transaction that is checked.
 *
 * Throws `DamagedDatabaseError`, `ForeignDatabaseError` for what is no LMDB database of ours, or what LMDB
 * could read but this package never writes, and `DatabaseError` for what the file system refuses. What
 * `recordFault` throws comes out as it is. It cannot see that a page is an older one with the same keys in it, nor that the
 * newest transaction is missing altogether.
 */
export async function checkDatabase(
  path: string,
  options: CheckOptions = {},
): Promise<DatabaseReport | undefined> {
  const file = openDatabaseFile(path);
  if (file === undefined) return undefined;
  try {
    return await checkFile(file, options);
  } finally {
    closeSync(file.descriptor);
  }
}

async function checkFile(
  file: DatabaseFile,
  { recordFault, transaction }: CheckOptions,
): Promise<DatabaseReport | undefined> {
  const metas = readMetas(file);
  const meta =
    transaction === undefined ? metas[0] : metas.find((one) => one.transaction === transaction);
  if (meta === undefined) return undefined;
  const snapshot = new Snapshot(file, meta);
  const collections = await inSlices(checkPages(snapshot, recordFault));
  const lost = snapshot.pages.lostPages();
  return {
    path: file.path,
    bytes: snapshot.bytes,
    pageSize: meta.pageSize,
    pages: meta.lastPage + 1,
    freePages: snapshot.pages.freePages,
    lostPages: lost.inside + lost.behind,
    transaction: meta.transaction,
    collections,
  };
}

/** Runs all the steps, and lets others have the event loop now and then. */
async function inSlices<Result>(steps: Generator<void, Result>): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since > SLICE_MS) {
      await setImmediate();
      since = performance.now();
    }
  }
}
