import { MarkdownError } from "../errors.ts";
import type { MarkdownHeading } from "./markdown-blocks.ts";
import { type Document, type Edit, isBlankLine, lastText, toBytes } from "./markdown-document.ts";
import { parseHeading, trimBlanks } from "./markdown-syntax.ts";

/** A heading, and what is below it up to the next one as high. */
export interface Section {
  readonly heading: MarkdownHeading;
  /** Its lines: `first`, and those before `end`. */
  readonly first: number;
  readonly end: number;
  /** The heading at which it ends; undefined: it ends with the file. */
  readonly next: MarkdownHeading | undefined;
}

/** The sections of that title, or of that title and level, as `# Log` has one. */
export function sectionsOf({ lines, headings }: Document, asked: string): Section[] {
  const bytes = trimBlanks(toBytes(asked));
  const { level, title } = parseHeading(bytes) ?? { level: undefined, title: bytes };
  return headings.flatMap((heading, index) => {
    if (heading.title !== title || heading.level !== (level ?? heading.level)) return [];
    const next = nextOf(headings, index);
    return [{ heading, first: heading.last + 1, end: next?.first ?? lines.length, next }];
  });
}

/** The heading at which the section of this one ends. */
function nextOf(headings: readonly MarkdownHeading[], index: number): MarkdownHeading | undefined {
  const level = headings[index]?.level ?? 0;
  for (let at = index + 1; at < headings.length; at += 1) {
    const other = headings[at];
    if (other !== undefined && other.level <= level) return other;
  }
  return undefined;
}

/** The one that is meant. Throws `MarkdownError` where there is none, and where there are several. */
export function findSection(document: Document, asked: string): Section {
  const [section, ...others] = sectionsOf(document, asked);
  const what = JSON.stringify(asked);
  if (section === undefined) {
    const reason = `there is no section ${what}`;
    throw new MarkdownError("ATOMIC_FS_NO_SECTION", document.path, reason);
  }
  if (others.length > 0) {
    const reason = `there are ${others.length + 1} sections ${what}`;
    throw new MarkdownError("ATOMIC_FS_AMBIGUOUS", document.path, reason);
  }
  return section;
}

/** From its first to its last line with text. */
export function contentOf(document: Document, { first, end }: Section): string {
  const lines = document.lines.slice(first, end).filter((line) => !isBlankLine(document, line));
  return document.text.slice(lines[0]?.start ?? 0, lines.at(-1)?.end ?? 0);
}

/** What was there, from its first to its last line with text, becomes the content. */
export function filling(
  document: Document,
  section: Section,
  content: string,
  lineEnd: string,
): Edit {
  const { lines } = document;
  const { end, next } = section;
  const last = lines[lastText(document, section.first, end)];
  if (last === undefined) return fillingOfEmpty(document, section, content, lineEnd);
  const first = lines.slice(section.first).find((line) => !isBlankLine(document, line)) ?? last;
  // Right below the content, a heading that is only underlined would be joined to it.
  const isCrowded = next !== undefined && next.first < next.last && lines[end - 1] === last;
  return { start: first.start, end: last.end, text: content + (isCrowded ? lineEnd : "") };
}

/** A blank line above it, and one below it when a heading follows; as far as there are none. */
function fillingOfEmpty(
  { lines }: Document,
  { heading, first, end, next }: Section,
  content: string,
  lineEnd: string,
): Edit {
  const blanks = end - first;
  const above = lines[blanks > 0 ? first : heading.last];
  const start = above?.next ?? 0;
  const isEnded = above !== undefined && above.next > above.end;
  const before = (isEnded ? "" : lineEnd) + (blanks > 0 ? "" : lineEnd);
  const after = lineEnd + (next !== undefined && blanks < 2 ? lineEnd : "");
  return { start, end: start, text: before + content + after };
}

/** Leaves the blank lines of one side, and none at the end of the file. */
export function emptying(document: Document, { heading, first, end, next }: Section): Edit {
  const { lines, text } = document;
  const above = lines[heading.last]?.next ?? 0;
  const nextStart = lines[end]?.start ?? text.length;
  const firstText = lines.slice(first, end).findIndex((line) => !isBlankLine(document, line));
  if (firstText === -1) return { start: above, end: above, text: "" };
  if (next === undefined) return { start: above, end: nextStart, text: "" };
  if (firstText > 0)
    return { start: lines[first + firstText]?.start ?? above, end: nextStart, text: "" };
  return { start: above, end: lines[lastText(document, first, end)]?.next ?? above, text: "" };
}
