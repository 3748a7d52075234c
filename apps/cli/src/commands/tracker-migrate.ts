import { statSync } from "node:fs";
import { resolve } from "node:path";

import { printable } from "@x/registry-core/text";
import type { TrackRecord } from "@x/tracker";
import {
  migrateFromProjectDatabase,
  type MigrationResult,
  projectDatabasePath,
} from "@x/tracker/lmdb";

import { textOption } from "../arguments.ts";
import type { Command, Invocation, Style } from "../command.ts";
import { describeError } from "../describe-error.ts";
import { EXIT } from "../exit-code.ts";
import { unreadable } from "../file-failure.ts";
import { withProgress } from "../progress-line.ts";
import { withTracker } from "../tracker-database.ts";
import { trackerFailure } from "../tracker-failure.ts";
import { TRACKER_OPTIONS } from "../tracker-path.ts";

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
      value: "<folder>",
      completes: "folder",
      summary: "Of a project; default: this checkout",
    },
  },
  run: async (invocation) => {
    const folder = await sourceFolder(invocation);
    assertFolder(folder);
    const source = projectDatabasePath(folder);
    const hasSource = isThere(source);
    return withTracker(invocation, hasSource ? "created" : "existing", async (tracker) => {
      const result = hasSource ? await migrate(invocation, folder, tracker.database) : NOTHING;
      const noRecords = result.errors.filter(isAboutEntry);
      const failures = result.errors.filter((error) => !isAboutEntry(error));
      warnOfEntries(invocation, source, noRecords);
      const told = failures.map((error) => tellFailure(error, [source, tracker.path]));
      const { entriesMigrated, entriesSkipped } = result;
      return {
        data: {
          database: tracker.path,
          source,
          entriesMigrated,
          entriesSkipped,
          no_records: noRecords.length,
          errors: told.map(({ message }) => message),
        },
        text: (style) => {
          if (!hasSource) return nothingAt(source);
          return textOf(
            result,
            told.map(({ message }) => message),
            style,
          );
        },
        ...(told.length > 0 && {
          exitCode: EXIT.failed,
          hint: [
            ...told.map(({ hint }) => hint),
            "What was migrated by then stays; the source is as it was. Run the command again when the reason is gone.",
          ],
        }),
      };
    });
  },
};

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

function assertFolder(path: string): void {
  if (!isThere(path)) throw unreadable(path, "there is no such folder");
  if (!statSync(path).isDirectory()) throw unreadable(path, "it is no folder");
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file that happens to be called `~` is no home folder.
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return false;
    throw unreadable(path, error);
  }
}

async function sourceFolder(invocation: Invocation): Promise<string> {
  const from = textOption(invocation.options, "from");
  if (from !== undefined) return resolve(invocation.cwd(), from);
  return (await invocation.roots()).checkout.path;
}

function migrate(
  invocation: Invocation,
  folder: string,
  database: TrackRecord,
): Promise<MigrationResult> {
  return withProgress(invocation, "migrated", (onProgress) =>
    migrateFromProjectDatabase(folder, database, { onProgress }),
  );
}

function nothingAt(source: string): string {
  return printable(`Nothing has to be migrated: there is no ${source}`);
}

function textOf(
  { entriesMigrated, entriesSkipped }: MigrationResult,
  failures: readonly string[],
  style: Style,
): string {
  const entries = entriesMigrated === 1 ? "1 entry" : `${entriesMigrated} entries`;
  const counts = `Migrated ${entries}; ${entriesSkipped} were there already.`;
  return [counts, ...failures.map((failure) => style.red(printable(failure)))].join("\n");
}
