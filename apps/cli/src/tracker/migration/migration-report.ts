import { printable } from "@x/registry-core/text";
import type { MigrationResult } from "@x/tracker/lmdb";

import type { Invocation, Outcome } from "../../command.ts";
import { describeError } from "../../errors/describe-error.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { trackerFailure } from "../tracker-failure.ts";
import { isInTheWay, type Migrated } from "./take-over.ts";

// More of them tell nobody more.
const MOST_NAMED = 5;

/** What is printed of a migration, or of one that was only tried. */
export function migrationReport(
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
