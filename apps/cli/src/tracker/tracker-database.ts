import { existsSync, statSync } from "node:fs";

import type { Warning } from "@x/registry-core";
import { printable } from "@x/registry-core/text";
import { MemoryDatabase, type TrackRecord } from "@x/tracker";
import { journalFolderOf } from "@x/tracker/host";
import { LMDBDatabase } from "@x/tracker/lmdb";

import type { Invocation } from "../command.ts";
import { codedError } from "../errors/coded-error.ts";
import { isCoded, isSystemError } from "../errors/error-code.ts";
import { type JournalFailure, journalWarnings } from "./tracker-journals.ts";
import { maximumSize, pathToOpen } from "./tracker-path.ts";
import { goneDatabase, withAdvice } from "./tracker-remains.ts";

export interface Tracker {
  /** The database file. */
  readonly path: string;
  readonly database: TrackRecord;
}

/**
 * What a command needs of the database:
 * - `existing`: where nothing is tracked yet, it sees an empty one in memory, and nothing is made on the disk.
 * - `unchanged`: as `existing`, and journals that wait go on waiting.
 * - `created`: the file is made where there is none.
 * - `full`: as `existing`, and the journals that wait are applied afterwards: before, they may have no room.
 */
export type TrackerUse = "existing" | "unchanged" | "created" | "full";

/**
 * Opens the database of agents, applies the journals that wait (what is wrong with one is a warning), and closes
 * it after the work. Throws what is in the way of opening it.
 */
export async function withTracker<R>(
  invocation: Invocation,
  use: TrackerUse,
  work: (tracker: Tracker) => Promise<R>,
): Promise<R> {
  // Nothing here needs a checkout; a flag that names none is told all the same.
  if (invocation.options["workspace-root"] !== undefined) await invocation.roots();
  const path = pathToOpen(invocation);
  const maxSize = maximumSize(invocation);
  invocation.note(`agents are tracked in ${path}`);
  const isOpened = use === "created" || isThere(path, use);
  const gone = goneDatabase(path, isOpened);
  if (gone !== undefined) invocation.onWarning(gone);
  if (!isOpened) return work({ path, database: new MemoryDatabase() });
  const onWarning = once(invocation.onWarning);
  const database = createDatabase(path, maxSize, onWarning);
  try {
    if (!(await database.open())) throw faultOf(database.fault, path);
    const isFirst = use === "existing" || use === "created";
    if (isFirst && hasJournals(database)) await applyJournals(database, onWarning);
    const result = await work({ path, database });
    if (use === "full") await applyJournals(database, onWarning);
    return result;
  } finally {
    await database.close();
  }
}

/** What there is to say where nothing is on record in that database. */
export function nothingTracked(path: string): string {
  return printable(`Nothing is tracked yet in ${path}`);
}

/** The file, or what hosts have journaled before anybody has made it. */
function isThere(path: string, use: TrackerUse): boolean {
  try {
    return [path, ...(use === "unchanged" ? [] : [journalFolderOf(path)])].some(
      (one) => statSync(one, { throwIfNoEntry: false }) !== undefined,
    );
  } catch (error) {
    throw faultOf(error, path);
  }
}

type OnWarning = Invocation["onWarning"];

/** What the database has told, it may tell again with the journals. */
function once(onWarning: OnWarning): OnWarning {
  const said = new Set<string>();
  return (warning) => {
    if (said.has(warning.message)) return;
    said.add(warning.message);
    onWarning(warning);
  };
}

/** Why it cannot be opened is thrown to the caller, and need not be a warning too. */
function createDatabase(
  path: string,
  maxSize: number | undefined,
  onWarning: OnWarning,
): LMDBDatabase {
  let database: LMDBDatabase | undefined;
  const warn = (warning: Warning): void => {
    if (database !== undefined && database.fault === undefined) onWarning(withAdvice(warning));
  };
  database = new LMDBDatabase({ path, maxSize, onWarning: warn });
  return database;
}

/** The errors of the system that come from its folder have no code of ours. */
function faultOf(fault: unknown, path: string): unknown {
  if (!isSystemError(fault)) return fault;
  return codedError("TRACKER_UNAVAILABLE", path, fault.message, fault);
}

function hasJournals({ journalFolder }: LMDBDatabase): boolean {
  return journalFolder !== undefined && existsSync(journalFolder);
}

async function applyJournals(database: LMDBDatabase, onWarning: OnWarning): Promise<void> {
  const folder = database.journalFolder;
  if (folder === undefined) return;
  const warn = (failures: readonly JournalFailure[]): void =>
    journalWarnings(failures, { path: database.path, folder }).forEach(onWarning);
  try {
    const { failures } = await database.applyJournals(folder);
    warn(failures);
  } catch (error) {
    if (!isCoded(error)) throw error;
    warn([{ code: error.code, message: error.message }]);
  }
}
