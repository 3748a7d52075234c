import type { MigrationResult, ReplacedDatabase } from "@x/tracker/lmdb";

import type { Command, Invocation } from "../command.ts";
import { codeOf } from "../errors/error-code.ts";
import { migrationReport } from "../tracker/migration/migration-report.ts";
import { isSameFile, isThere, sourceOf } from "../tracker/migration/migration-source.ts";
import { isInTheWay, migrate, NOTHING, replace } from "../tracker/migration/take-over.ts";
import { tryOut } from "../tracker/migration/try-out.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS, pathToOpen } from "../tracker/tracker-path.ts";

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
      return migrationReport(invocation, {
        source,
        hasSource,
        database,
        ...(await tryOut(invocation, source)),
      });
    }
    const replaced = await replace(invocation, database);
    const isOther = hasSource && !isSameFile(source, database);
    if (isInTheWay(replaced)) {
      return migrationReport(invocation, {
        source,
        hasSource,
        database,
        replaced,
        migrated: NOTHING,
      });
    }
    const migrated = await migrateOther(invocation, isOther ? source : undefined, replaced);
    return migrationReport(invocation, { source, hasSource, database, replaced, migrated });
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
