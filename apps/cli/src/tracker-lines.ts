import { parseTrackerRecord, type TrackerRecord } from "@x/tracker";

import { fileLines } from "./file-lines.ts";
import { escapeControls } from "./printable.ts";

/** A line of a file that holds no record. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

// Much more than a record may have.
const LONGEST_LINE_BYTES = 4 * 2 ** 20;

/** A record as a line of JSON, with its line feed. No character of it acts on a terminal. */
export function lineOf(record: TrackerRecord): string {
  return `${escapeControls(JSON.stringify(record))}\n`;
}

/** The records of an export, one a line; blank lines are none. What is no record goes to `onBad`. */
export async function* recordsIn(
  path: string,
  onBad: (line: BadLine) => void,
): AsyncGenerator<TrackerRecord> {
  for await (const { number: line, text } of fileLines(path, LONGEST_LINE_BYTES)) {
    if (text?.trim() === "") continue;
    try {
      if (text === undefined) throw new SyntaxError("it is too long, or no UTF-8");
      yield parseLine(text);
    } catch (error) {
      onBad({ line, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}

function parseLine(text: string): TrackerRecord {
  const record = parseTrackerRecord(parseJson(text));
  assertTimes(record);
  return record;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError("it is not valid JSON", { cause: error });
  }
}

/** One that is none would keep all records around it from being added. */
function assertTimes({ type, record }: TrackerRecord): void {
  const times = type === "agent" ? [record.created_at, record.updated_at] : [record.timestamp];
  const bad = times.find((time) => !(Date.parse(time) >= 0));
  if (bad !== undefined) throw new SyntaxError(`${JSON.stringify(bad)} is no time since 1970`);
}
