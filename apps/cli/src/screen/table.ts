import stringWidth from "fast-string-width";

import { printable } from "@x/registry-core/text";

import type { Style } from "../command.ts";

export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
  /** It may lose its middle where the terminal is too narrow for its row: its ends tell what it is. */
  readonly mayShrink?: boolean;
}

/** A cell as it is printed. */
interface ShownCell {
  readonly text: string;
  /** Columns of a terminal: a wide character (CJK, emoji) takes two. */
  readonly length: number;
  readonly paint: ((text: string) => string) | undefined;
  readonly mayShrink: boolean;
}

// What other tools have written may be of any length, and one cell makes its whole column wide.
const MOST_CHARACTERS = 200;
// A name that is shorter tells nobody anything.
const SHORTEST_NAME = 12;
const GAP = 2;
// An emoji of a family has 11 units; marks can be stacked on one letter without end.
const MOST_UNITS = 16 * MOST_CHARACTERS;

const PLAIN = /^[ -~]*$/;

/**
 * Rows under a heading, columns two spaces apart. Cells are made safe for a terminal, and end with `…`
 * where they are too long for a table. On a terminal, names give way to what else is in its width.
 */
export function table(heading: readonly string[], rows: readonly Cell[][], style: Style): string {
  const head = heading.map((text): Cell => ({ text, paint: style.bold }));
  const all = [head, ...rows].map((row) => row.map(shownCell));
  const widths = widthsWithin(all, style.columns);
  const line = (row: readonly ShownCell[]): string =>
    row
      .map((cell, column) => {
        const isLast = column === row.length - 1;
        const width = widths[column] ?? 0;
        const { text, length, paint } = cutInTheMiddle(cell, width);
        const gap = isLast ? "" : " ".repeat(width - length + GAP);
        return `${paint === undefined ? text : paint(text)}${gap}`;
      })
      .join("");
  return all.map(line).join("\n");
}

/** Of each column; with so many for all of them, the longest names lose first. */
function widthsWithin(rows: readonly ShownCell[][], columns = Infinity): number[] {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const least = head.map((_, column) =>
    rows.reduce((width, row) => {
      const { length = 0, mayShrink = false } = row[column] ?? {};
      return Math.max(width, mayShrink ? Math.min(length, SHORTEST_NAME) : length);
    }, 0),
  );
  const sum = widths.reduce((total, width) => total + width, 0);
  let excess = sum + GAP * (widths.length - 1) - columns;
  while (excess > 0) {
    const slack = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = slack.indexOf(Math.max(...slack));
    if ((slack[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function cutInTheMiddle(cell: ShownCell, width: number): ShownCell {
  if (cell.length <= width) return cell;
  const characters = charactersOf(cell.text);
  const start = within(characters, Math.ceil((width - 1) / 2)).join("");
  const end = within(characters.toReversed(), Math.floor((width - 1) / 2))
    .toReversed()
    .join("");
  const text = `${start}…${end}`;
  return { ...cell, text, length: widthOf(text) };
}

/** As many of the first ones as have room in so many columns. */
function within(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const tooMany = characters.findIndex((character) => (left -= widthOf(character)) < 0);
  return characters.slice(0, tooMany === -1 ? characters.length : tooMany);
}

function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** No more of the text is looked at than may be shown. */
function shownCell({ text, paint, mayShrink = false }: Cell): ShownCell {
  const isCut = text.length > MOST_UNITS;
  const safe = printable(text.slice(0, MOST_UNITS));
  const characters = PLAIN.test(safe) ? safe : firstCharacters(safe);
  // Where the text was cut, the last character may be half of one.
  const whole = isCut ? characters.slice(0, -1) : characters;
  if (!isCut && whole.length <= MOST_CHARACTERS) {
    return { text: safe, length: widthOf(safe), paint, mayShrink };
  }
  const shown = whole.slice(0, MOST_CHARACTERS);
  const start = `${typeof shown === "string" ? shown : shown.join("")}…`;
  return { text: start, length: widthOf(start), paint, mayShrink };
}

let segmenter: Intl.Segmenter | undefined;

/** One more than are shown, which tells that there are more. */
function firstCharacters(text: string): string[] {
  const characters: string[] = [];
  for (const character of eachCharacter(text)) {
    characters.push(character);
    if (characters.length > MOST_CHARACTERS) break;
  }
  return characters;
}

function charactersOf(text: string): string[] {
  return [...eachCharacter(text)];
}

function* eachCharacter(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) yield segment;
}
