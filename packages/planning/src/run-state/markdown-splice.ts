import type { MarkdownHeading } from "@x/atomic-fs/markdown";

import { isBlank, lineEndOf, logOf, type MarkdownLog } from "./markdown-log.ts";

/** Lines of a log, by their indexes: from `first` to before `end`. */
export interface LineRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The log with `lines` (without line ends, as bytes) in the place of a range. Undefined where that would change
 * what is around it: a heading, or code or a comment that is not closed; or where `mayHold` refuses the levels
 * of the headings in the range, before and after.
 */
export function spliced(
  log: MarkdownLog,
  range: LineRange,
  lines: readonly string[],
  mayHold: (before: readonly number[], after: readonly number[]) => boolean,
): MarkdownLog | undefined {
  const changed = logOf(textWith(log, range, lines));
  const end = range.first + lines.length;
  const old = surroundings(log, range);
  const now = surroundings(changed, { first: range.first, end });
  const isSame = old.signature === now.signature && mayHold(old.inside, now.inside);
  return isSame && !isOpened(changed, end) ? changed : undefined;
}

function textWith(log: MarkdownLog, { first, end }: LineRange, lines: readonly string[]): string {
  const { text } = log;
  const lineEnd = lineEndOf(log);
  const start = log.lines[first]?.start ?? text.length;
  const stop = end > first ? (log.lines[end - 1]?.next ?? text.length) : start;
  const above = log.lines[first - 1];
  const isEnded = above === undefined || above.next > above.end || lines.length === 0;
  const added = lines.map((line) => line + lineEnd).join("");
  return text.slice(0, start) + (isEnded ? "" : lineEnd) + added + text.slice(stop);
}

/** What is to stay: the kinds of all lines around, and the headings there. The others are `inside`. */
function surroundings(
  { lines, headings }: MarkdownLog,
  { first, end }: LineRange,
): { readonly signature: string; readonly inside: readonly number[] } {
  const kinds = lines.map(({ kind }) => kind);
  const isAbove = (heading: MarkdownHeading): boolean => heading.last < first;
  const isBelow = (heading: MarkdownHeading): boolean => heading.first >= end;
  const around = headings
    .filter((heading) => isAbove(heading) || isBelow(heading))
    .map(({ level, title }) => [level, title]);
  const inside = headings.filter((heading) => !isAbove(heading) && !isBelow(heading));
  return {
    signature: JSON.stringify([kinds.slice(0, first), kinds.slice(end), around]),
    inside: inside.map(({ level }) => level),
  };
}

/** Whether what is open at the end of the log was opened before that line: no text follows. */
function isOpened(log: MarkdownLog, end: number): boolean {
  return log.isOpen && log.lines.every((_line, index) => index < end || isBlank(log, index));
}
