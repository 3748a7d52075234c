import { isBlank, THEMATIC_BREAK } from "./markdown-syntax.ts";

/** A block quote (`indent` 0), or a list item, whose lines are indented by so many columns. */
export interface Container {
  readonly indent: number;
  /** A list item whose first line is blank ends at the next blank one. */
  isEmpty: boolean;
}

/** What is left of a line behind the marks of its containers. */
export interface Rest {
  /** White space in front of the text, in columns. */
  readonly indent: number;
  readonly text: string;
  /** In which the text starts. */
  readonly column: number;
}

const TAB_COLUMNS = 4;
// Indented further, a line is code.
export const LARGEST_INDENT = 3;
const LIST_MARKER = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;

export function restOf(text: string, column: number): Rest {
  let textColumn = column;
  let start = 0;
  for (; isBlank(text[start]); start += 1) {
    textColumn += text[start] === "\t" ? TAB_COLUMNS - (textColumn % TAB_COLUMNS) : 1;
  }
  return { indent: textColumn - column, text: text.slice(start), column: textColumn };
}

/** The rest of a line that goes on inside the container; undefined: it does not. */
export function continueContainer({ indent, isEmpty }: Container, rest: Rest): Rest | undefined {
  if (indent === 0) return insideQuote(rest);
  if (rest.text === "") return isEmpty ? undefined : rest;
  return rest.indent >= indent ? { ...rest, indent: rest.indent - indent } : undefined;
}

function insideQuote({ indent, text, column }: Rest): Rest | undefined {
  if (indent > LARGEST_INDENT || !text.startsWith(">")) return undefined;
  const rest = restOf(text.slice(1), column + 1);
  return { ...rest, indent: Math.max(0, rest.indent - 1) };
}

/** The container that starts with this line, and what is behind its mark. */
export function startContainer(
  rest: Rest,
  inParagraph: boolean,
): { container: Container; rest: Rest } | undefined {
  const quoted = insideQuote(rest);
  if (quoted !== undefined) return { container: { indent: 0, isEmpty: false }, rest: quoted };
  const marker = LIST_MARKER.exec(rest.text);
  if (rest.indent > LARGEST_INDENT || marker === null || THEMATIC_BREAK.test(rest.text)) {
    return undefined;
  }
  const width = marker[0].length;
  const after = restOf(rest.text.slice(width), rest.column + width);
  const isEmpty = after.text === "";
  // A number in running text is no list.
  if (inParagraph && (isEmpty || Number(marker[1] ?? 1) !== 1)) return undefined;
  const gap = isEmpty || after.indent > TAB_COLUMNS ? 1 : after.indent;
  return {
    container: { indent: rest.indent + width + gap, isEmpty },
    rest: { ...after, indent: after.indent - gap },
  };
}
