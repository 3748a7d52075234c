import { type DatabaseReport, maximumSizeOf, usableBytes } from "@x/lmdb-store";
import { inspectTrackerDatabase } from "@x/tracker/lmdb";

import { codeOf, reasonOf } from "../../errors/error-code.ts";
import { plural } from "../../screen/plural.ts";
import { couldNotLook } from "../could-not-look.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { databaseOption } from "../place.ts";
import { shellWord } from "../shell-word.ts";

// From there on it is a matter of weeks, not of years.
const NEARLY_FULL = 0.9;

/** Every page of the database and the checksum of every record, without opening it. */
export const databasePages: Check = {
  id: "database-pages",
  look: async ({ database, maxSize }) => {
    if (database === undefined) return { found: [], seen: "no database" };
    try {
      const report = await inspectTrackerDatabase(database);
      if (report === undefined) return { found: [], seen: "no database yet" };
      const seen = `${plural(report.pages, "page")} of the database`;
      return { found: judgeRoom(report, maxSize), seen };
    } catch (error) {
      return { found: judge(database, error), seen: "a database that cannot be used" };
    }
  },
};

function judgeRoom(report: DatabaseReport, maxSize: number | undefined): Found[] {
  const { path, pages, freePages, pageSize } = report;
  const share = ((pages - freePages) * pageSize) / usableBytes(maxSize);
  if (share < NEARLY_FULL) return [];
  const isOver = share > 1;
  const used = isOver
    ? `More of the database than it may have (${mebibytes((pages - freePages) * pageSize)}) is`
    : `${Math.floor(share * 100)} % of the room in the database are`;
  return [
    findingOf("database-nearly-full", {
      path,
      message: `${used} in use, with a maximum size of ${mebibytes(maximumSizeOf(maxSize))}: when it is full, what agents do waits in journals.`,
      advice:
        "Move what is old out of it, cabinet tracker prune --before <date>, or let it grow, with --max-size.",
    }),
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.round((bytes / 2 ** 20) * 10) / 10} MiB`;
}

function judge(path: string, error: unknown): Found[] {
  switch (codeOf(error) ?? "") {
    case "LMDB_STORE_DAMAGED":
      return [damaged(path, error)];
    case "TRACKER_DATABASE_OLD":
      return [
        findingOf("database-foreign", {
          path,
          message: `${path} looks like a database of the original tracker. Nothing is tracked until it is migrated; what agents do waits in journals.`,
          command: `cabinet tracker migrate --dry-run${databaseOption(path)}`,
          advice: `Take over what is in it; the old file is kept beside the new one: cabinet tracker migrate${databaseOption(path)}`,
        }),
      ];
    case "LMDB_STORE_FOREIGN":
      return [
        findingOf("database-foreign", {
          path,
          message: `${reasonOf(error)}. Nothing can be tracked in it.`,
          advice:
            "Give another file with --database or CABINET_TRACKER_DATABASE, or move this one to another folder.",
        }),
      ];
    case "LMDB_STORE_ACCESS_DENIED":
      return [
        findingOf("database-unreadable", {
          path,
          message: `The database cannot be read: ${reasonOf(error)}.`,
          command: `ls -ld ${shellWord(path)}`,
          advice: "Look at its owner and mode, and at those of its folder.",
        }),
      ];
    case "LMDB_STORE_NETWORK":
      return [
        findingOf("database-on-network", {
          path,
          message: `The database cannot be used: ${reasonOf(error)}, where the locks and maps of LMDB do not hold.`,
          advice:
            "Put it on a disk of this machine, and name it with --database or CABINET_TRACKER_DATABASE.",
        }),
      ];
    default:
      return [couldNotLook("The database", path, error)];
  }
}

function damaged(path: string, error: unknown): Found {
  const backup = error instanceof Error && "backupPath" in error ? error.backupPath : undefined;
  const next =
    typeof backup === "string"
      ? `Move the damaged file to another folder, and copy its newest backup there: ${backup}`
      : "No backup of it is known: move it to another folder, and import an export (cabinet tracker import <file>)";
  return findingOf("database-damaged", {
    path,
    message: `${reasonOf(error)}. Nothing is tracked until it is mended; what agents do waits in journals.`,
    advice: next,
  });
}
