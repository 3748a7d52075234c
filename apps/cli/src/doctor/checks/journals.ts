import { lstatSync } from "node:fs";
import { dirname } from "node:path";

import { journalFolderOf, listJournals, type SeenJournal } from "@x/tracker/host";

import { codedError } from "../../errors/coded-error.ts";
import { codeOf } from "../../errors/error-code.ts";
import { plural } from "../../screen/plural.ts";
import { goneDatabase } from "../../tracker/tracker-remains.ts";
import type { Copies } from "../copies.ts";
import { lookInto } from "../could-not-look.ts";
import { type Check, type Found, findingOf, type Mended } from "../finding.ts";
import { databaseOption } from "../place.ts";
import { isMissing } from "../recoverable-file.ts";

/** What hosts of agents have journaled, and nobody has applied yet. */
export const journals: Check = {
  id: "journals",
  look: async ({ database: path, maxSize, now }) => {
    if (path === undefined) return { found: [] };
    return lookInto("The folder of the journals", `${path}.journals`, () => {
      const seen = listJournals(journalFolderOf(path));
      const mend = (copies: Copies): Promise<Mended> => apply(path, maxSize, copies);
      return {
        found: [
          ...seen.flatMap((one) => judge(one, databaseOption(path), mend)),
          ...seen.flatMap((one) => emptied(one, now())),
        ],
        seen: plural(seen.length, "journal"),
      };
    });
  },
};

const MOMENT_MILLISECONDS = 60_000;

const FIX = "applies the journals that wait, each event once, as the next tracker command would";

function judge(journal: SeenJournal, option: string, mend: Found["mend"]): Found[] {
  const { paths, writer, pid, events, damagedLines, fault } = journal;
  const isOver = writer === "dead";
  const path = paths.at(-1) ?? null;
  const isDamaged = fault !== undefined || damagedLines > 0;
  if (isDamaged) {
    const what = fault?.message ?? `${plural(damagedLines, "line")} of the journal cannot be read`;
    return [
      findingOf("journal-damaged", {
        path,
        message: `${what}: what stood there is not on record.`,
        advice: `Look at the disk, and at who else writes to ${path === null ? "it" : dirname(path)}.`,
        // What cannot be read at all stays as it is.
        ...(isOver &&
          fault === undefined && { fix: `${FIX}, and sets the damaged one aside`, mend }),
      }),
    ];
  }
  if (!isOver) return [];
  return [
    findingOf("journal-waiting", {
      path,
      message: `The host ${pid} of an agent was killed, or has ended; ${plural(events, "event")} that it noted may not be on record yet. The next tracker command applies them.`,
      advice: `cabinet tracker${option}`,
      fix: FIX,
      mend,
    }),
  ];
}

/** The first line is written with the file, so that an empty one has lost it. */
function emptied({ paths, fault }: SeenJournal, now: Date): Found[] {
  if (fault !== undefined) return [];
  return paths
    .filter((path) => isEmptySince(path, now))
    .map((path) =>
      findingOf("journal-damaged", {
        path,
        message: "This journal is empty: what stood there is not on record.",
        advice: `Look at the disk, and at who else writes to ${dirname(path)}.`,
      }),
    );
}

/** One that is just being made is empty, too. */
function isEmptySince(path: string, now: Date): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.size === 0 && now.getTime() - stats.mtimeMs > MOMENT_MILLISECONDS;
}

const APPLIED = "they are applied by now";

/** The first of several findings does it for all of them. */
async function apply(path: string, maxSize: number | undefined, copies: Copies): Promise<Mended> {
  const folder = journalFolderOf(path);
  const waiting = listJournals(folder).filter(
    ({ writer, fault }) => writer === "dead" && fault === undefined,
  );
  if (waiting.length === 0) return { left: APPLIED };
  const gone = goneDatabase(path, false);
  // A new one in its place would hide that.
  if (gone !== undefined) return { left: `the database is gone: bring it back first` };
  const kept = waiting.flatMap(({ paths }) => paths).filter((one) => isKept(one, copies));
  if (kept.length === 0) return { left: APPLIED };
  const { LMDBDatabase } = await import("@x/tracker/lmdb");
  const database = new LMDBDatabase({ path, maxSize, onWarning: () => undefined });
  try {
    if (!(await database.open())) throw database.fault;
    const { failures } = await database.applyJournals(folder);
    // What of a damaged one was applied, is; the rest is told by what was set aside.
    const failure = failures.find(({ code }) => code !== "TRACKER_JOURNAL_DAMAGED");
    if (failure !== undefined) throw codedError(failure.code, folder, failure.message);
    return {};
  } finally {
    await database.close();
  }
}

/** False: it is gone, for somebody else has applied it. */
function isKept(path: string, copies: Copies): boolean {
  try {
    copies.keep(path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || !isMissing(path)) throw error;
    return false;
  }
}
