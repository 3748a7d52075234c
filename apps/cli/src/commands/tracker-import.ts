import { resolve } from "node:path";

import { printable } from "@x/registry-core/text";
import type { AddMissingResult, TrackRecord } from "@x/tracker";

import type { Command, Invocation, Outcome, Style } from "../command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { plural } from "../screen/plural.ts";
import { openInput, type OpenedInput } from "../tracker/file-lines.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { type BadLine, recordsIn } from "../tracker/tracker-lines.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

// More of them tell nobody more.
const MOST_BAD_LINES = 20;

export const trackerImport: Command = {
  synopsis: "<file>",
  example: [
    "cabinet tracker import agents.jsonl",
    "zcat agents.jsonl.gz | cabinet tracker import -",
  ],
  arguments: 1,
  completes: ["file"],
  options: TRACKER_OPTIONS,
  run: async (invocation) => {
    const [file = ""] = invocation.positionals;
    const path = file === "-" ? file : resolve(invocation.cwd(), file);
    const input = await openInput(path, invocation);
    try {
      return await importFrom(invocation, path, input);
    } finally {
      await input.close();
    }
  },
};

function importFrom(invocation: Invocation, path: string, input: OpenedInput): Promise<Outcome> {
  return withTracker(invocation, "created", async ({ path: target, database }) => {
    const bad = new BadLines();
    const { added, skipped } = await addRecords(invocation, database, { path, input }, bad);
    if (bad.cut !== undefined) {
      const message = `line ${bad.cut}, the last one, was cut when it was written, and holds no record; there is nothing to mend`;
      invocation.onWarning({ code: "CABINET_IMPORT_LAST_LINE_CUT", message, path });
    }
    return {
      data: { database: target, added, skipped, bad_lines: bad.count, bad: bad.shown },
      text: (style) => textOf({ added, skipped }, bad, style),
      ...(bad.count > 0 && {
        exitCode: EXIT.failed,
        hint: "All other lines were imported; mend these and import the file again: what is there is left as it is.",
      }),
    };
  });
}

class BadLines {
  readonly shown: Pick<BadLine, "line" | "reason">[] = [];
  count = 0;
  /** The number of a last line that is none of them: it was cut. */
  cut: number | undefined;

  add({ line, reason, isCut }: BadLine): void {
    if (isCut) {
      this.cut = line;
      return;
    }
    this.count += 1;
    if (this.shown.length < MOST_BAD_LINES) this.shown.push({ line, reason });
  }
}

/** What was added before it fails stays, and is said. */
async function addRecords(
  { onWarning }: Invocation,
  database: TrackRecord,
  { path, input }: { readonly path: string; readonly input: OpenedInput },
  bad: BadLines,
): Promise<AddMissingResult> {
  let done: AddMissingResult = { added: 0, skipped: 0 };
  try {
    return await database.addMissing(
      recordsIn(path, input, (line) => bad.add(line)),
      (progress) => {
        done = progress;
      },
    );
  } catch (error) {
    if (done.added > 0) {
      const message = `${plural(done.added, "record")} of ${path} had been imported by then: import it again for the others`;
      onWarning({ code: "CABINET_IMPORT_INCOMPLETE", message, path });
    }
    throw error;
  }
}

function textOf({ added, skipped }: AddMissingResult, bad: BadLines, style: Style): string {
  const counts = `Imported ${plural(added, "record")}; ${skipped} were there already.`;
  const lines = bad.shown.map(({ line, reason }) =>
    style.red(printable(`line ${line}: ${reason}`)),
  );
  const left = bad.count - bad.shown.length;
  return [counts, ...lines, ...(left > 0 ? [`and ${plural(left, "more bad line")}`] : [])].join(
    "\n",
  );
}
