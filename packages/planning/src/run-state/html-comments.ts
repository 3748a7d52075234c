/** Comments in Markdown, told in one walk through the text: it may be all of openings that are never closed. */

const OPENING = "<!--";
const CLOSING = "-->";
// What is behind the opening of a comment that begins its line.
const BLOCK = /^ {0,3}<!--(.*)$/;

/** The text without its comments; one that is not closed stays. */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(OPENING, from);
    const end = start === -1 ? -1 : text.indexOf(CLOSING, start + OPENING.length);
    if (end === -1) return kept.join("") + text.slice(from);
    kept.push(text.slice(from, start));
    from = end + CLOSING.length;
  }
}

/**
 * The lines without the comments that begin a line, to the end of the line where each is closed: an empty
 * line is in its place. One that is not closed stays.
 */
export function withoutCommentBlocks(lines: readonly string[]): string[] {
  const lastClosing = lines.findLastIndex((line) => line.includes(CLOSING));
  const kept: string[] = [];
  let isInside = false;
  for (const [index, line] of lines.entries()) {
    const behind: string | undefined = isInside ? line : BLOCK.exec(line)?.[1];
    const isClosed: boolean = behind?.includes(CLOSING) === true;
    if (isClosed) kept.push("");
    else if (behind === undefined || index >= lastClosing) kept.push(line);
    isInside = behind !== undefined && !isClosed && index < lastClosing;
  }
  return kept;
}
