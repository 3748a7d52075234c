import { resolve } from "node:path";

import { printable } from "@x/registry-core/text";
import type { TrackRecord } from "@x/tracker";

import { textOption, usageError } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { plural } from "../screen/plural.ts";
import { type Append, writeNewFile } from "../tracker/new-file.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { lineOf } from "../tracker/tracker-lines.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

// What is printed is in memory as one text.
const MOST_PRINTED_CHARACTERS = 64 * 2 ** 20;
// A call of the system for some hundred records.
const CHARACTERS_AT_ONCE = 64 * 2 ** 10;

export const trackerExport: Command = {
  synopsis: "[--out <file>]",
  example: "cabinet tracker export --out agents.jsonl",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    out: {
      type: "string",
      value: "<file>",
      completes: "file",
      summary: "A file that is not there; default stdout",
    },
  },
  run: async (invocation) => {
    const out = textOption(invocation.options, "out");
    if (out !== undefined) return exportTo(invocation, resolve(invocation.cwd(), out));
    if (invocation.options["json"] !== true) return exportToStdout(invocation);
    const message = "An export is no single JSON value: with --json it needs --out <file>.";
    throw usageError(message);
  },
};

function exportTo(invocation: Invocation, path: string): Promise<Outcome> {
  return withTracker(invocation, "existing", async ({ database }) => {
    let records = 0;
    await writeNewFile(path, async (append) => {
      records = await writeRecords(database, append);
    });
    const text = `Exported ${plural(records, "record")} to ${path}`;
    return { data: { path, records }, text: () => printable(text) };
  });
}

function exportToStdout(invocation: Invocation): Promise<Outcome> {
  return withTracker(invocation, "existing", async ({ database }) => {
    let text = "";
    await writeRecords(database, async (part) => {
      text += part;
      if (text.length > MOST_PRINTED_CHARACTERS) throw tooLarge();
    });
    // The last line feed is printed behind the result.
    return { data: null, ...(text !== "" && { text: () => text.slice(0, -1) }) };
  });
}

async function writeRecords(database: TrackRecord, append: Append): Promise<number> {
  let records = 0;
  let waiting = "";
  for await (const record of database.records()) {
    waiting += lineOf(record);
    records += 1;
    if (waiting.length < CHARACTERS_AT_ONCE) continue;
    await append(waiting);
    waiting = "";
  }
  if (waiting !== "") await append(waiting);
  return records;
}

function tooLarge(): CliError {
  const message = "There is too much on record to be printed.";
  const hint = "`cabinet tracker export --out <file>` writes it to a file, however much it is.";
  return new CliError("CABINET_EXPORT_TOO_LARGE", message, hint);
}
