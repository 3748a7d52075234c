import { MarkdownError } from "../errors.ts";
import {
  applyEdit,
  bytesOf,
  type Document,
  type Edit,
  edited,
  isBlankLine,
  lastText,
  lineEndAt,
  type MarkdownFile,
  openDocument,
  textFor,
  toBytes,
} from "./markdown-document.ts";
import type { MarkdownLine } from "./markdown-lines.ts";
import {
  contentOf,
  emptying,
  filling,
  findSection,
  type Section,
  sectionsOf,
} from "./markdown-sections.ts";
import { parseHeading, trimBlanks } from "./markdown-syntax.ts";

export interface FieldPlace {
  /** Its heading: only lines of this section count. Undefined: the whole file. */
  readonly section?: string | undefined;
  readonly missing: "refuse" | "append";
}

// Inside a field's value no heading is allowed, of whatever level.
const DEEPEST_LEVEL = 6;
const DEFAULT_LEVEL = 2;
// The colon of `**Status:** open` is inside its marks.
const ENDS_WITH_COLON = /:(?:\*\*|__|\*|_)$/;
const LIST_ITEM = /^(?:[-+*]|\d{1,9}[.)])[ \t]/;
const SOME_FIELD = /^[^ \t>#|<`~][^:.,;!?]{0,60}:(?:[ \t]|$)/;

/**
 * The file's bytes with `field: value` in the place of the one line at column 0 that starts with
 * `field:` (or with `field`, where that ends with a colon inside marks). Trailing spaces that are a line
 * break in Markdown stay, and so does all the rest, byte by byte. A value that would change what is
 * around its line is a TypeError.
 */
export function setField(
  file: MarkdownFile,
  field: string,
  value: string | ((current: string) => string),
  { section: asked, missing }: FieldPlace,
): Uint8Array {
  const document = openDocument(file);
  const section = asked === undefined ? undefined : findSection(document, asked);
  const label = ENDS_WITH_COLON.test(field) ? field : `${field}:`;
  const start = toBytes(label);
  const found = linesOf(document, section).filter((one) => isField(document, one, start));
  const where = asked === undefined ? "" : ` in the section ${JSON.stringify(asked)}`;
  assertCount(file.path, found.length, `${JSON.stringify(label)}${where}`, missing);
  const [line] = found;
  const isAdded = line === undefined;
  const old = isAdded ? "" : trimBlanks(document.text.slice(line.start + start.length, line.end));
  // The line has an end of its own.
  const text = textFor(document, value, old).replace(/[\r\n]+$/, "");
  const content = `${start} ${toBytes(text)}`;
  const edit = isAdded
    ? additionOf(document, section, content, "ATOMIC_FS_NO_FIELD")
    : replacementOf(document, line, start, content);
  const changed = applyEdit(document, edit, DEEPEST_LEVEL, "value");
  const at = edit.start + edit.text.indexOf(content);
  const fields = changed.lines.filter((now) => isField(changed, now, start));
  if (!fields.some((now) => now.start === at)) {
    throw new TypeError(`${JSON.stringify(field)} is no field in Markdown`);
  }
  if (fields.some((now) => now.start > at && now.start < at + content.length)) {
    throw new TypeError(`the value has a line that is the field ${JSON.stringify(field)} itself`);
  }
  return bytesOf(changed);
}

/** Throws `MarkdownError` for several lines of one field, and for none where none is to be added. */
function assertCount(
  path: string,
  count: number,
  what: string,
  missing: FieldPlace["missing"],
): void {
  if (count > 1) {
    const reason = `there are ${count} lines that start with ${what}`;
    throw new MarkdownError("ATOMIC_FS_AMBIGUOUS", path, reason);
  }
  if (count === 0 && missing === "refuse") {
    const reason = `there is no line that starts with ${what}`;
    throw new MarkdownError("ATOMIC_FS_NO_FIELD", path, reason);
  }
}

/**
 * The file's bytes with `body` between the first and the last line of the section that are not
 * blank. A body that would end its section, or what follows would become part of, is a TypeError.
 */
export function setSection(
  file: MarkdownFile,
  asked: string,
  body: string | ((current: string) => string),
  missing: "refuse" | "append",
): Uint8Array {
  let document = openDocument(file);
  if (missing === "append" && sectionsOf(document, asked).length === 0) {
    document = addHeading(document, asked);
  }
  const section = findSection(document, asked);
  const lineEnd = lineEndAt(document, section.heading.last);
  const text = textFor(document, body, contentOf(document, section));
  const lines = toBytes(text).split(/\r\n?|\n/);
  const isText = (line: string): boolean => trimBlanks(line) !== "";
  const first = lines.findIndex(isText);
  const content = lines.slice(Math.max(first, 0), lines.findLastIndex(isText) + 1).join(lineEnd);
  const edit =
    content === "" ? emptying(document, section) : filling(document, section, content, lineEnd);
  return bytesOf(applyEdit(document, edit, section.heading.level, "body"));
}

function isField({ text }: Document, { kind, start }: MarkdownLine, prefix: string): boolean {
  return kind === "text" && text.startsWith(prefix, start);
}

/**
 * The lines among which a field is looked for. A line that is meant to be the last one of a section,
 * with a rule below it, is a heading in Markdown, but belongs here all the same.
 */
function linesOf({ lines }: Document, section: Section | undefined): readonly MarkdownLine[] {
  return section === undefined ? lines : lines.slice(section.first, section.next?.last);
}

function replacementOf(
  { text }: Document,
  { start, end }: MarkdownLine,
  prefix: string,
  content: string,
): Edit {
  // The space behind the colon is no part of the value, even if there is none.
  const spaced = start + prefix.length + 1;
  const isBroken = /[ \t\r\n]$/.test(content.slice(prefix.length + 1));
  return { start, end, text: content + (isBroken ? "" : hardBreakOf(text.slice(spaced, end))) };
}

/** Two spaces or more at the end of a line are a line break in Markdown. */
function hardBreakOf(line: string): string {
  let start = line.length;
  while (line[start - 1] === " ") start -= 1;
  return line.length - start >= 2 ? line.slice(start) : "";
}

/**
 * A line of its own after the last one with text: of the file, or of the section's own part, before
 * the first heading below it.
 */
function additionOf(
  document: Document,
  section: Section | undefined,
  content: string,
  code: MarkdownError["code"],
): Edit {
  const { lines, headings, text } = document;
  const below = headings.find(({ first }) => section !== undefined && first >= section.first);
  const last = lastText(document, section?.heading.last ?? 0, below?.first ?? lines.length);
  const line = last === -1 ? undefined : lines[last];
  const next = lines[last + 1];
  if (document.isOpen && lastText(document, 0, lines.length) === last) {
    const reason = "it ends in code or in a comment that is not closed: nothing can be added there";
    throw new MarkdownError(code, document.path, reason);
  }
  const lineEnd = lineEndAt(document, Math.max(last, 0));
  if (line === undefined) return { start: text.length, end: text.length, text: content + lineEnd };
  const isFollowing = isSameKindOfField(document, line, content);
  const before = (line.next === line.end ? lineEnd : "") + (isFollowing ? "" : lineEnd);
  const isCrowded = next !== undefined && !isBlankLine(document, next) && !isFollowing;
  const after = lineEnd + (isCrowded ? lineEnd : "");
  return { start: line.next, end: line.next, text: before + content + after };
}

/** Whether a new field may stand right below this line, without a blank one between them. */
function isSameKindOfField(document: Document, line: MarkdownLine, content: string): boolean {
  const above = document.text.slice(line.start, line.end);
  const areFields = line.kind === "text" && [above, content].every((text) => SOME_FIELD.test(text));
  return areFields && LIST_ITEM.test(above) === LIST_ITEM.test(content);
}

function addHeading(document: Document, asked: string): Document {
  const bytes = trimBlanks(toBytes(asked));
  const isBare = parseHeading(bytes) === undefined;
  const content = isBare ? `${"#".repeat(DEFAULT_LEVEL)} ${bytes}` : bytes;
  const edit = additionOf(document, undefined, content, "ATOMIC_FS_NO_SECTION");
  const changed = edited(document, edit);
  if (sectionsOf(changed, asked).length !== 1) {
    throw new TypeError(`${JSON.stringify(asked)} is no heading in Markdown`);
  }
  return changed;
}
