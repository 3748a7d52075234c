import { MarkdownError } from "../errors.ts";
import type { MarkdownHeading } from "./markdown-blocks.ts";
import { type MarkdownLine, type MarkdownScan, scanMarkdown } from "./markdown-lines.ts";
import { trimBlanks } from "./markdown-syntax.ts";

// Read leniently, what is no UTF-8 would be lost.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface MarkdownFile {
  /** For what is said about it. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file's bytes as characters (latin1): whatever their encoding, they stay what they are. */
export interface Document extends MarkdownScan {
  readonly path: string;
  readonly text: string;
}

/** What is between `start` and `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function openDocument({ path, bytes }: MarkdownFile): Document {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return { path, text, ...scanMarkdown(text) };
}

export function bytesOf({ text }: Document): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** A text that is what `current` gives of the one that is there. Throws for bytes that are no text. */
export function textFor(
  { path }: Document,
  text: string | ((current: string) => string),
  current: string,
): string {
  if (typeof text === "string") return text;
  let decoded: string;
  try {
    decoded = decoder.decode(Buffer.from(current, "latin1"));
  } catch {
    throw new MarkdownError("ATOMIC_FS_CORRUPT", path, "what is there is not UTF-8");
  }
  const changed: unknown = text(decoded);
  // Half a surrogate pair has no bytes: another character would be written.
  if (typeof changed === "string" && changed.isWellFormed()) return changed;
  throw new TypeError(`the update of ${path} gave no text`);
}

export function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The last line that is not blank, of those from `first` until before `end`; -1: there is none. */
export function lastText(document: Document, first: number, end: number): number {
  for (let index = end - 1; index >= first; index -= 1) {
    const line = document.lines[index];
    if (line !== undefined && !isBlankLine(document, line)) return index;
  }
  return -1;
}

export function isBlankLine({ text }: Document, { start, end }: MarkdownLine): boolean {
  return trimBlanks(text.slice(start, end)) === "";
}

/** How this line ends; where it does not, how the first one does. */
export function lineEndAt({ text, lines }: Document, index: number): string {
  const ends = [lines[index], lines[0]].map((line) => text.slice(line?.end, line?.next ?? 0));
  return ends.find((end) => end !== "") ?? "\n";
}

export function edited({ path, text }: Document, edit: Edit): Document {
  const changed = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  return { path, text: changed, ...scanMarkdown(changed) };
}

/**
 * The document with the edit, when all around it is what it was: every line's kind, every heading,
 * and below it no section but deeper ones than `level`.
 */
export function applyEdit(
  document: Document,
  edit: Edit,
  level: number,
  what: "value" | "body",
): Document {
  const changed = edited(document, edit);
  const before = document.lines.filter(({ start }) => start < edit.start).length;
  const after = document.lines.filter(({ start }) => start >= edit.end).length;
  const old = surroundings(document, before, after);
  const now = surroundings(changed, before, after);
  const isDeeper = now.inside.every((heading) => heading.level > level);
  const end = edit.start + edit.text.length;
  // What is open at the end was opened here, when nothing else follows.
  const isOpened =
    changed.isOpen && edit.text !== "" && !/[^ \t\r\n]/.test(changed.text.slice(end));
  if (old.signature !== now.signature || !isDeeper || isOpened) {
    const reason = "a heading, or code or a comment that is not closed";
    throw new TypeError(
      `the ${what} would change what is around it in ${document.path}: by ${reason}`,
    );
  }
  return changed;
}

/** What is to stay: the first and the last lines, and the headings there. The others are `inside`. */
function surroundings(
  { lines, headings }: MarkdownScan,
  before: number,
  after: number,
): { signature: string; inside: MarkdownHeading[] } {
  const end = lines.length - after;
  const kinds = lines.map(({ kind }) => kind);
  const isInside = ({ first, last }: MarkdownHeading): boolean => first >= before && last < end;
  const around = headings
    .filter((heading) => !isInside(heading))
    .map(({ level, title, first, last }) => ({
      level,
      // Of an underlined heading, the edit may be of its text.
      title: last < before || first >= end ? title : undefined,
      // What is below is counted from the end.
      first: first < end ? first : first - lines.length,
      last: last < before ? last : last - lines.length,
    }));
  const signature = JSON.stringify([kinds.slice(0, before), kinds.slice(end), around]);
  return { signature, inside: headings.filter(isInside) };
}
