import { type MarkdownScan, scanMarkdown } from "@x/atomic-fs/markdown";

import { bytesIn, byteTextOf, decoded, encoded } from "../byte-text.ts";
import { damaged } from "./run-fault.ts";

/** A Markdown file to which entries are added. All that is there stays byte for byte. */
export interface MarkdownLog extends MarkdownScan {
  /** Byte text, as are the titles of its headings. */
  readonly text: string;
}

export function openLog(bytes: Uint8Array | undefined): MarkdownLog {
  return logOf(bytes === undefined ? "" : byteTextOf(bytes));
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The log whose entries are to be understood. Throws `RunFault` (damaged) where some may be hidden. */
export function readLog(bytes: Uint8Array): MarkdownLog {
  const log = openLog(bytes);
  if (log.text.includes("\0")) throw damaged("it holds NUL bytes");
  try {
    decoder.decode(bytes);
  } catch (error) {
    throw damaged("it is not UTF-8", error);
  }
  if (log.isOpen) throw damaged("it holds code or a comment that is not closed");
  return log;
}

export function bytesOf({ text }: MarkdownLog): Uint8Array {
  return bytesIn(text);
}

/** The text of these lines, from `first` to before `end`. */
export function linesBetween({ lines, text }: MarkdownLog, first: number, end: number): string[] {
  return lines.slice(first, end).map((line) => decoded(text.slice(line.start, line.end)));
}

/** The log with these lines at its end, a blank one before them. Throws what `inserted` throws. */
export function appended(log: MarkdownLog, lines: readonly string[]): MarkdownLog {
  return inserted(log, log.lines.length, lines);
}

/**
 * The log with these lines in front of its line `before`, behind the last one there with text: blank
 * lines around them. Throws `RunFault` where code or a comment that is open would swallow them.
 */
export function inserted(log: MarkdownLog, before: number, lines: readonly string[]): MarkdownLog {
  const last = lastText(log, before);
  const line = log.lines[last];
  const at = line?.next ?? startOfText(log);
  const lineEnd = lineEndOf(log);
  const isEnded = line === undefined || line.next > line.end;
  const isLast = last === log.lines.length - 1;
  const above = (isEnded ? "" : lineEnd) + (line === undefined ? "" : lineEnd);
  const below = lineEnd + (!isLast && !isBlank(log, last + 1) ? lineEnd : "");
  const added = lines.map(encoded).join(lineEnd);
  const changed = logOf(log.text.slice(0, at) + above + added + below + log.text.slice(at));
  assertApart(log, changed, at, at + above.length);
  return changed;
}

/** Nothing before has changed, and what was added is no part of it. */
function assertApart(log: MarkdownLog, changed: MarkdownLog, at: number, start: number): void {
  const isBefore = (index: number): boolean => (changed.lines[index]?.start ?? 0) < at;
  const isSame = log.lines.every(
    ({ kind }, index) => !isBefore(index) || changed.lines[index]?.kind === kind,
  );
  const first = changed.lines.find((line) => line.start === start);
  const kindsBelow = (scan: MarkdownScan, from: number): string =>
    scan.lines
      .filter((line) => line.start >= from)
      .map(({ kind }) => kind)
      .join();
  const grown = changed.text.length - log.text.length;
  const isSameBelow = kindsBelow(log, at) === kindsBelow(changed, at + grown);
  if (isSame && isSameBelow && first !== undefined && first.kind !== "opaque" && !changed.isOpen)
    return;
  throw damaged("it holds code or a comment that is not closed: nothing can be added there");
}

/** The last line with text before that one; -1 for none. */
export function lastText(log: MarkdownLog, before: number): number {
  let index = before - 1;
  while (index >= 0 && isBlank(log, index)) index -= 1;
  return index;
}

/** Whether that line is blank, or not there. */
export function isBlank({ text, lines }: MarkdownLog, index: number): boolean {
  const line = lines[index];
  return line === undefined || text.slice(line.start, line.end).trim() === "";
}

function startOfText({ lines, text }: MarkdownLog): number {
  return lines[0]?.start ?? text.length;
}

/** How its lines end: as the first one does. */
export function lineEndOf({ text, lines: [first] }: MarkdownLog): string {
  const end = first && text.slice(first.end, first.next);
  return end === undefined || end === "" ? "\n" : end;
}

/** The log of such a text. */
export function logOf(text: string): MarkdownLog {
  return { text, ...scanMarkdown(text) };
}
