// What ends a line in Markdown.
const LINE_END = /\r\n?|\n/;
// Pictures of the control characters begin here, in the same order.
const FIRST_PICTURE = 0x2400;
const DELETE = 0x7f;
const PICTURE_OF_DELETE = "\u2421";

/**
 * The text as a Markdown block quote, line by line. What it opens (a heading, code, a comment) ends with
 * the quote, where a blank line follows. Control characters, which a terminal could obey, are shown by their pictures.
 */
export function quoted(text: string): string[] {
  const lines = text.split(LINE_END);
  // The text of one blank line is a line all the same.
  const last = Math.max(lines.findLastIndex(isText), 0);
  return lines.slice(0, last + 1).map((line) => `> ${visible(line)}`.trimEnd());
}

/** The lines of a text, with pictures in the place of control characters, without blank ones around. */
export function visibleLines(text: string): string[] {
  const lines = text.split(LINE_END).map(visible);
  return lines.slice(Math.max(lines.findIndex(isText), 0), lines.findLastIndex(isText) + 1);
}

function isText(line: string): boolean {
  return line.trim() !== "";
}

/** What the lines of a block quote say. */
export function unquoted(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/^ {0,3}> ?/, "")).join("\n");
}

function visible(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code === DELETE) return PICTURE_OF_DELETE;
    return code < DELETE ? String.fromCodePoint(FIRST_PICTURE + code) : "\uFFFD";
  });
}
