import { escapeControls } from "@x/registry-core/text";
import { parseTrackerRecord, type TrackerRecord } from "@x/tracker";

import { reasonOf } from "../errors/error-code.ts";
import { fileLines, type OpenedInput } from "./file-lines.ts";

/** A line of a file that holds no record. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
  /** It is the last one, and ends within its JSON: whoever wrote it came no further. */
  readonly isCut: boolean;
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
  input: OpenedInput,
  onBad: (line: BadLine) => void,
): AsyncGenerator<TrackerRecord> {
  for await (const { number: line, text, hasEnd } of fileLines(path, input, LONGEST_LINE_BYTES)) {
    if (text?.trim() === "") continue;
    try {
      if (text === undefined) throw new TypeError("it is too long, or no UTF-8");
      yield parseTrackerRecord(parseJson(text));
    } catch (error) {
      const isCut = !hasEnd && error instanceof SyntaxError && text?.trimStart()[0] === "{";
      onBad({ line, reason: reasonOf(error), isCut });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError("it is not valid JSON", { cause: error });
  }
}
