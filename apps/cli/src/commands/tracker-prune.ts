import { printable } from "@x/registry-core/text";
import type { PruneResult, TrackRecord } from "@x/tracker";

import { usageError } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { dateOption } from "../options/date-option.ts";
import { plural } from "../screen/plural.ts";
import { DurableLog } from "../tracker/new-file.ts";
import { type Tracker, withTracker } from "../tracker/tracker-database.ts";
import { lineOf } from "../tracker/tracker-lines.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const trackerPrune: Command = {
  synopsis: "--before <date>",
  example: "cabinet tracker prune --before 2026-01-31 --dry-run",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    before: { type: "string", value: "<date>", summary: "Commits and entries older than that go" },
    "dry-run": { type: "boolean", summary: "Say what would go, and change nothing" },
  },
  run: async (invocation) => {
    const before = dateOption(invocation.options, "before");
    if (before === undefined) throw usageError("What is old? --before is missing.");
    if (before > invocation.now()) throw usageError("--before is in the future.");
    const dryRun = invocation.options["dry-run"] === true;
    return withTracker(invocation, dryRun ? "unchanged" : "full", async (tracker) => {
      const { removed, archive } = dryRun
        ? { removed: await countOld(tracker.database, before), archive: undefined }
        : await pruneInto(invocation, tracker, before);
      return {
        data: {
          database: tracker.path,
          before: before.toISOString(),
          dryRun,
          removed,
          archive: archive ?? null,
        },
        text: () => printable(textOf(removed, before, dryRun)),
        ...(archive !== undefined && {
          hint: `What was removed is in ${archive}: \`cabinet tracker import <file>\` brings it back.`,
        }),
      };
    });
  },
};

/** What goes is on the disk, in a file beside the database, before it is removed. */
async function pruneInto(
  { now, onWarning }: Invocation,
  { path, database }: Tracker,
  before: Date,
): Promise<{ removed: PruneResult; archive: string | undefined }> {
  const digits = now().getTime();
  const archive = new DurableLog((attempt) => `${path}.pruned-${digits + attempt}.jsonl`);
  try {
    const removed = await database.prune({
      before,
      archive: (records) => archive.append(records.map(lineOf).join("")),
    });
    return { removed, archive: archive.path };
  } catch (error) {
    if (archive.path !== undefined) {
      const message = `what was removed before that is in ${archive.path}: \`cabinet tracker import <file>\` brings it back`;
      onWarning({ code: "CABINET_PRUNE_INCOMPLETE", message, path: archive.path });
    }
    throw error;
  } finally {
    await archive.close();
  }
}

const COUNTED = {
  commit: "commits",
  communication: "communication",
  retrospective: "retrospectives",
  activity: "activities",
} as const;

async function countOld(database: TrackRecord, before: Date): Promise<PruneResult> {
  const counts: PruneResult = { commits: 0, communication: 0, retrospectives: 0, activities: 0 };
  for await (const { type, record } of database.records()) {
    if (type === "agent" || type === "score") continue;
    if (Date.parse(record.timestamp) < before.getTime()) counts[COUNTED[type]] += 1;
  }
  return counts;
}

function textOf(removed: PruneResult, before: Date, dryRun: boolean): string {
  const { commits, communication, retrospectives, activities } = removed;
  const parts = [
    plural(commits, "commit"),
    plural(communication, "grade"),
    plural(retrospectives, "retrospective"),
    activities === 1 ? "1 journal entry" : `${activities} journal entries`,
  ];
  const what = `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  const verb = dryRun ? "would be removed" : "were removed";
  return `Older than ${before.toISOString()}: ${what} ${verb}.`;
}
