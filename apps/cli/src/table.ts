import type { Style } from "./command.ts";
import { printable } from "./printable.ts";

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** A cell as it is printed. */
interface ShownCell {
  readonly text: string;
  /** Characters as people count them. Wide ones (CJK, emoji) still count as one. */
  readonly length: number;
  readonly paint: ((text: string) => string) | undefined;
}

// What other tools have written may be of any length, and one cell makes its whole column wide.
const MOST_CHARACTERS = 200;
// An emoji of a family has 11 units; marks can be stacked on one letter without end.
const MOST_UNITS = 16 * MOST_CHARACTERS;

const PLAIN = /^[ -~]*$/;

/**
 * Rows under a heading, columns two spaces apart. Cells are made safe for a terminal, and end with `…`
 * where they are too long for a table.
 */
export function table(heading: readonly string[], rows: readonly Cell[][], style: Style): string {
  const head = heading.map((text): Cell => ({ text, paint: style.bold }));
  const all = [head, ...rows].map((row) => row.map(shownCell));
  const widths = heading.map((_, column) =>
    all.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const line = (row: readonly ShownCell[]): string =>
    row
      .map(({ text, length, paint }, column) => {
        const isLast = column === row.length - 1;
        const gap = isLast ? "" : " ".repeat((widths[column] ?? 0) - length + 2);
        return `${paint === undefined ? text : paint(text)}${gap}`;
      })
      .join("");
  return all.map(line).join("\n");
}

/** No more of the text is looked at than may be shown. */
function shownCell({ text, paint }: Cell): ShownCell {
  const isCut = text.length > MOST_UNITS;
  const safe = printable(text.slice(0, MOST_UNITS));
  const characters = PLAIN.test(safe) ? safe : firstCharacters(safe);
  // Where the text was cut, the last character may be half of one.
  const whole = isCut ? characters.slice(0, -1) : characters;
  if (!isCut && whole.length <= MOST_CHARACTERS) {
    return { text: safe, length: whole.length, paint };
  }
  const shown = whole.slice(0, MOST_CHARACTERS);
  const start = typeof shown === "string" ? shown : shown.join("");
  return { text: `${start}…`, length: shown.length + 1, paint };
}

let segmenter: Intl.Segmenter | undefined;

/** One more than are shown, which tells that there are more. */
function firstCharacters(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  const characters: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    characters.push(segment);
    if (characters.length > MOST_CHARACTERS) break;
  }
  return characters;
}
