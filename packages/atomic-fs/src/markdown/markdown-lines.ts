import { BlockReader, type LineKind, type MarkdownHeading } from "./markdown-blocks.ts";

/** A line of the text. Places are offsets in it: as its characters are the file's bytes, in the file too. */
export interface MarkdownLine {
  readonly start: number;
  /** Where its line end begins. */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
  readonly kind: LineKind;
}

/** What a Markdown text is made of, as far as edits of its fields and sections have to know. */
export interface MarkdownScan {
  readonly lines: readonly MarkdownLine[];
  readonly headings: readonly MarkdownHeading[];
  /** Code, a comment or raw HTML at the end is not closed: what is added there becomes part of it. */
  readonly isOpen: boolean;
}

const BYTE_ORDER_MARK = "\xEF\xBB\xBF";
const LINE_END = /\r\n?|\n/g;

/**
 * The lines and headings of a Markdown file, whose bytes are the characters of `text` (latin1), by the rules of
 * CommonMark, and of front matter at the top.
 */
export function scanMarkdown(text: string): MarkdownScan {
  const places = placesOfLines(text);
  const contents = places.map(({ start, end }) => text.slice(start, end));
  const matter = frontMatterLines(contents);
  const reader = new BlockReader();
  const lines = places.map((place, index) => ({
    ...place,
    kind: index < matter ? ("opaque" as const) : reader.read(index, contents[index] ?? ""),
  }));
  return { lines, headings: reader.headings, isOpen: reader.isOpen };
}

function placesOfLines(text: string): Omit<MarkdownLine, "kind">[] {
  const places: Omit<MarkdownLine, "kind">[] = [];
  let start = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  for (const { 0: lineEnd, index } of text.matchAll(LINE_END)) {
    places.push({ start, end: index, next: index + lineEnd.length });
    start = index + lineEnd.length;
  }
  if (start < text.length) places.push({ start, end: text.length, next: text.length });
  return places;
}

/** Of YAML, and of TOML as some tools have it. */
function frontMatterLines(contents: readonly string[]): number {
  const mark = /^(---|\+\+\+)[ \t]*$/.exec(contents[0] ?? "")?.[1];
  if (mark === undefined) return 0;
  const closing = mark === "---" ? /^(?:---|\.\.\.)[ \t]*$/ : /^\+\+\+[ \t]*$/;
  return contents.findIndex((line, index) => index > 0 && closing.test(line)) + 1;
}
