import { statSync } from "node:fs";
import { resolve } from "node:path";

import type { TrackRecord } from "@x/tracker";
import {
  migrateFromProjectDatabase,
  type MigrationResult,
  projectDatabasePath,
} from "@x/tracker/lmdb";

import { textOption } from "../arguments.ts";
import type { Command, Invocation, Style } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { unreadable } from "../file-failure.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { withProgress } from "../progress-line.ts";
import { TRACKER_OPTIONS, withTracker } from "../tracker-database.ts";

// More of them tell nobody more.
const MOST_ERRORS = 20;
const NOTHING: MigrationResult = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };

export const trackerMigrate: Command = {
  synopsis: "",
  example: "cabinet tracker migrate --from ../shop",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    from: { type: "string", value: "<folder>", summary: "Of a project; default: this checkout" },
  },
  run: async (invocation) => {
    const folder = await sourceFolder(invocation);
    const source = projectDatabasePath(folder);
    const hasSource = isThere(source);
    return withTracker(invocation, hasSource ? "created" : "existing", async (tracker) => {
      const result = hasSource ? await migrate(invocation, folder, tracker.database) : NOTHING;
      return {
        data: { database: tracker.path, source, ...result },
        text: (style) => (hasSource ? textOf(result, style) : nothingAt(source)),
        ...(result.errors.length > 0 && {
          exitCode: EXIT.failed,
          hint: "The source is as it was, and all the rest is migrated; run the command again when the reason is gone.",
        }),
      };
    });
  },
};

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

function textOf({ entriesMigrated, entriesSkipped, errors }: MigrationResult, style: Style) {
  const entries = entriesMigrated === 1 ? "1 entry" : `${entriesMigrated} entries`;
  const shown = errors.slice(0, MOST_ERRORS).map((error) => style.red(printable(error)));
  const left = errors.length - shown.length;
  return [
    `Migrated ${entries}; ${entriesSkipped} were there already.`,
    ...shown,
    ...(left > 0 ? [`and ${plural(left, "more error")}`] : []),
  ].join("\n");
}
