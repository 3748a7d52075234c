/** A piece of a row in one style, in the colours that the command knows. */
export interface Piece {
  readonly text: string;
  /** Where it begins, in columns. */
  readonly column: number;
  /** Such as `bold red`; empty for plain text. */
  readonly style: string;
}

const ON: Readonly<Record<string, readonly [kind: string, word: string]>> = {
  "1": ["weight", "bold"],
  "2": ["weight", "dim"],
  "31": ["colour", "red"],
  "32": ["colour", "green"],
  "33": ["colour", "yellow"],
};
const OFF: Readonly<Record<string, string>> = { "22": "weight", "39": "colour" };

/**
 * What a terminal of that width shows of a text, row by row. Throws for what acts on it in any other way than by these
 * colours.
 */
export function piecesOf(text: string, columns: number): Piece[][] {
  const style = new Map<string, string>();
  const lines = text
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .split("\n")
    .map((row) => {
      const pieces: Piece[] = [];
      let column = 0;
      for (const part of row.split("\u001b")) {
        const isFirst = pieces.length === 0 && column === 0 && row.startsWith(part);
        const shown = isFirst && !row.startsWith("\u001b") ? part : switched(part, style);
        const words = [...style.values()].join(" ");
        pieces.push(...inWords(shown, column, words));
        column += columnsOf(shown);
      }
      return pieces;
    });
  return lines.flatMap((pieces) => wrapped(pieces, columns));
}

/** What is longer than a row goes on in the next one, wherever that is. */
function wrapped(pieces: readonly Piece[], columns: number): Piece[][] {
  const rows: Piece[][] = [[]];
  for (const { text, column, style } of pieces) {
    const letters = Array.from(text);
    for (let start = 0; start < letters.length;) {
      const place = column + start;
      const row = Math.floor(place / columns);
      const end = start + columns - (place % columns);
      while (rows.length <= row) rows.push([]);
      const part = letters.slice(start, end).join("");
      rows[row]?.push({ text: part, column: place % columns, style });
      start = end;
    }
  }
  return rows;
}

/** What stands behind the code at the beginning of a part, by which the style was switched. */
function switched(part: string, style: Map<string, string>): string {
  if (part === "") return part;
  const [code = "", number = ""] = /^\[(\d+)m/.exec(part) ?? [];
  const on = ON[number];
  const off = OFF[number];
  if (on !== undefined) style.set(...on);
  else if (off !== undefined) style.delete(off);
  else throw new Error(`a screen has a code that is not known: ${JSON.stringify(part)}`);
  return part.slice(code.length);
}

/** Where columns are apart, each stands on its own, so that it stays in its place in whatever font. */
function inWords(text: string, start: number, style: string): Piece[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    text: match[0],
    column: start + columnsOf(text.slice(0, match.index)),
    style,
  }));
}

/** Each letter takes one: nothing in the pictures is wide. */
function columnsOf(text: string): number {
  return Array.from(text).length;
}
