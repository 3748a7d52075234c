import { existsSync, realpathSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { printable } from "@x/registry-core/text";
import type { TrackRecord } from "@x/tracker";
import {
  LMDBDatabase,
  migrateFromDatabase,
  type MigrationResult,
  projectDatabasePath,
  type ReplacedDatabase,
  replaceOldDatabase,
  tryOldDatabase,
} from "@x/tracker/lmdb";

import { textOption } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { describeError } from "../describe-error.ts";
import { codeOf } from "../error-code.ts";
import { EXIT } from "../exit-code.ts";
import { unreadable } from "../file-failure.ts";
import { withProgress } from "../progress-line.ts";
import { withTracker } from "../tracker-database.ts";
import { trackerFailure } from "../tracker-failure.ts";
import { maximumSize, pathToOpen, TRACKER_OPTIONS } from "../tracker-path.ts";

// More of them tell nobody more.
const MOST_NAMED = 5;
const NOTHING: MigrationResult = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };

export const trackerMigrate: Command = {
  synopsis: "",
  example: "cabinet tracker migrate --from ../shop",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    from: {
      type: "string",
      value: "<path>",
      completes: "file",
      summary: "Of a project, or an old database; default: this checkout",
    },
    "dry-run": { type: "boolean", summary: "Say what would be done, and change nothing" },
  },
  run: async (invocation) => {
    const source = await sourceOf(invocation);
    const hasSource = isThere(source);
    const database = pathToOpen(invocation);
    if (invocation.options["dry-run"] === true) {
      return reportOf(invocation, {
        source,
        hasSource,
        database,
        ...(await tryOut(invocation, source)),
      });
    }
    const replaced = await replace(invocation, database);
    const isOther = hasSource && !isSameFile(source, database);
    if (isInTheWay(replaced)) {
      return reportOf(invocation, { source, hasSource, database, replaced, migrated: NOTHING });
    }
    const migrated = await migrateOther(invocation, isOther ? source : undefined, replaced);
    return reportOf(invocation, { source, hasSource, database, replaced, migrated });
  },
};

/** That the old database was replaced is told whatever comes behind it. */
async function migrateOther(
  invocation: Invocation,
  source: string | undefined,
  { keptAs }: ReplacedDatabase,
): Promise<MigrationResult> {
  try {
    return await withTracker(
      invocation,
      source === undefined ? "existing" : "created",
      async (tracker) =>
        source === undefined ? NOTHING : migrate(invocation, source, tracker.database),
    );
  } catch (error) {
    if (keptAs === null) throw error;
    return { ...NOTHING, errors: [faultText(error)] };
  }
}

/** As the tracker tells what has gone wrong. */
function faultText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return code === undefined ? message : `${code}: ${message}`;
}

/** What was done, or would be. */
interface Migrated {
  readonly source: string;
  readonly hasSource: boolean;
  readonly database: string;
  /** Of the old database in the place of the new one. */
  readonly replaced: ReplacedDatabase;
  readonly migrated: MigrationResult;
}

function reportOf(
  invocation: Invocation,
  { source, hasSource, database, replaced, migrated }: Migrated,
): Outcome {
  const dryRun = invocation.options["dry-run"] === true;
  const all = [
    { result: replaced, from: database },
    { result: migrated, from: source },
  ];
  let noRecords = 0;
  const told = all.flatMap(({ result: { errors }, from }) => {
    const entries = errors.filter(isAboutEntry);
    noRecords += entries.length;
    warnOfEntries(invocation, from, entries);
    const failures = errors.filter((error) => !isAboutEntry(error));
    return failures.map((error) => tellFailure(error, [from, database]));
  });
  const inTheWay = isInTheWay(replaced);
  const messages = told.map(({ message }) => message);
  const entriesMigrated = replaced.entriesMigrated + migrated.entriesMigrated;
  const entriesSkipped = replaced.entriesSkipped + migrated.entriesSkipped;
  const { keptAs } = replaced;
  const isNothing = !hasSource && keptAs === null && messages.length === 0;
  return {
    data: {
      database,
      source,
      dryRun,
      keptAs,
      entriesMigrated,
      entriesSkipped,
      no_records: noRecords,
      errors: messages,
    },
    text: (style) => {
      if (isNothing) return nothingAt(source);
      return [
        countsOf({ entriesMigrated, entriesSkipped }, dryRun),
        ...(keptAs === null ? [] : [keptLine(keptAs, dryRun)]),
        ...messages.map((failure) => style.red(printable(failure))),
      ].join("\n");
    },
    ...(told.length === 0 && keptAs !== null && !dryRun && { hint: TAKE_IT_OUT }),
    ...(told.length > 0 && {
      exitCode: EXIT.failed,
      hint: [
        ...(inTheWay && replaced.errors.some(isFull) ? [LARGER] : told.map(({ hint }) => hint)),
        ...(keptAs !== null && !dryRun ? [TAKE_IT_OUT] : []),
        dryRun || inTheWay
          ? "Nothing was changed."
          : "What was migrated by then stays; the source is as it was. Run the command again when the reason is gone.",
      ],
    }),
  };
}

const TAKE_IT_OUT =
  "Take the original tracker out of the configuration of your client, if it is still there: it would write to the new database, which it does not understand.";

// To prune, the database would have to be one of ours.
const LARGER =
  "Let the new one grow with --max-size, up to 2GiB: the original compressed its texts, and Cabinet does not.";

function isFull(error: string): boolean {
  return error.startsWith("LMDB_STORE_FULL: ");
}

/** The old database still stands where the new one is to be. */
function isInTheWay({ keptAs, errors }: ReplacedDatabase): boolean {
  return keptAs === null && errors.length > 0;
}

function replace(invocation: Invocation, database: string): Promise<ReplacedDatabase> {
  const maxSize = maximumSize(invocation);
  return withProgress(invocation, "migrated", (onProgress) =>
    replaceOldDatabase(database, { maxSize, onProgress }),
  );
}

/** What would be done, tried on a copy, in a database as the real one would be. */
async function tryOut(
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

function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}

// As JSON; behind it comes the reason, some with a code.
const KEY = /^("(?:[^"\\]|\\.)*"): (?:[A-Z][A-Z_]*: )?/s;

function isAboutEntry(error: string): boolean {
  return KEY.test(error);
}

function warnOfEntries({ onWarning }: Invocation, path: string, errors: readonly string[]): void {
  const code = "CABINET_MIGRATE_NO_RECORD";
  for (const error of errors.slice(0, MOST_NAMED)) {
    onWarning({
      code,
      message: `an entry of ${path} is no record, and was left out: ${error.replace(KEY, "$1: ")}`,
      path,
    });
  }
  const left = errors.length - MOST_NAMED;
  if (left <= 0) return;
  const more = left === 1 ? "1 more entry is" : `${left} more entries are`;
  onWarning({ code, message: `${more} no record, ${errors.length} of ${path} in all`, path });
}

// What is said of such a database of Cabinet would mislead, where it is the source.
const OF_SOURCE: ReadonlySet<string> = new Set(["LMDB_STORE_DAMAGED", "LMDB_STORE_FOREIGN"]);

function tellFailure(
  error: string,
  [source, database]: readonly [string, string],
): { readonly message: string; readonly hint: string } {
  const failure = trackerFailure(error, [source, database]);
  const hint = `Look at what lies at ${source}, at its owner and mode.`;
  if (failure === undefined) return { message: `Not all could be migrated: ${error}.`, hint };
  if (failure.path !== source || !OF_SOURCE.has(failure.code)) return describeError(failure);
  return {
    message: `${source} cannot be migrated: ${failure.reason}. It was left as it is.`,
    hint: "Give the folder of a project in which the original tracker was used, or bring back a copy of its file.",
  };
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file that happens to be called `~` is no home folder.
    if (codeOf(error) === "ENOTDIR") return false;
    throw unreadable(path, error);
  }
}

/** The old database that is meant: a file itself, or what the original has left in the folder of a project. */
async function sourceOf(invocation: Invocation): Promise<string> {
  const from = textOption(invocation.options, "from");
  if (from === undefined) return projectDatabasePath((await invocation.roots()).checkout.path);
  const path = resolve(invocation.cwd(), from);
  if (!isThere(path)) throw unreadable(path, "there is no such file or folder");
  const stats = statSync(path);
  if (stats.isDirectory()) return projectDatabasePath(path);
  if (!stats.isFile()) throw unreadable(path, "it is no file and no folder");
  return path;
}

function migrate(
  invocation: Invocation,
  source: string,
  database: TrackRecord,
): Promise<MigrationResult> {
  return withProgress(invocation, "migrated", (onProgress) =>
    migrateFromDatabase(source, database, { onProgress }),
  );
}

function nothingAt(source: string): string {
  return printable(`Nothing has to be migrated: there is no ${source}`);
}

function countsOf(
  { entriesMigrated, entriesSkipped }: Omit<MigrationResult, "errors">,
  dryRun: boolean,
): string {
  const entries = entriesMigrated === 1 ? "1 entry" : `${entriesMigrated} entries`;
  return dryRun
    ? `Would migrate ${entries}; ${entriesSkipped} are there already.`
    : `Migrated ${entries}; ${entriesSkipped} were there already.`;
}

function keptLine(keptAs: string, dryRun: boolean): string {
  return printable(`The old database ${dryRun ? "would be" : "is"} kept as ${keptAs}`);
}
