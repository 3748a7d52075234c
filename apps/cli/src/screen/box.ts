import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

import type { Style } from "../command.ts";

export interface Section {
  /** Shorter than the narrowest box. */
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Safe for a terminal, coloured or not. */
export interface Line {
  /** What stands before the text, which is wrapped beside it. */
  readonly lead?: string;
  readonly text: string;
}

// Wider ones are hard to read, and narrower ones have no room for words.
const WIDEST = 120;
const NARROWEST = 30;
// Its two sides, and a space inside of each.
const FRAME = 4;
const INDENT = "  ";
// Beside a lead that leaves less than that, nothing can be read.
const NARROWEST_TEXT = 10;

/** How wide a line may be; undefined where the output is no terminal that tells its width. */
export function lineWidth({ columns }: Style): number | undefined {
  if (columns === undefined) return undefined;
  if (!hasBox(columns)) return Math.max(NARROWEST_TEXT, columns - INDENT.length);
  return Math.min(columns, WIDEST) - FRAME;
}

/**
 * On a terminal one box with a part for each section, its lines wrapped; on one that is too narrow, and elsewhere,
 * each section under its title.
 */
export function sections(all: readonly Section[], style: Style): string {
  const width = lineWidth(style);
  const { columns, bold, dim } = style;
  const wrapped = all.map(({ title, lines }) => ({
    title,
    rows: lines.flatMap((line) => wrap(line, width)),
  }));
  if (width === undefined || columns === undefined || !hasBox(columns)) {
    return wrapped
      .map(({ title, rows }) => [bold(title), ...rows.map((row) => `${INDENT}${row}`)].join("\n"))
      .join("\n\n");
  }
  const side = dim("│");
  const parts = wrapped.flatMap(({ title, rows }, index) => {
    const [left, right] = index === 0 ? ["╭", "╮"] : ["├", "┤"];
    const rule = "─".repeat(Math.max(0, width - stringWidth(title) - 1));
    return [
      `${dim(`${left}─`)} ${bold(title)} ${dim(`${rule}${right}`)}`,
      ...rows.map((row) => `${side} ${row}${" ".repeat(width - stringWidth(row))} ${side}`),
    ];
  });
  return [...parts, dim(`╰${"─".repeat(width + 2)}╯`)].join("\n");
}

function hasBox(columns: number): boolean {
  return columns >= NARROWEST;
}

/** The rows of a line, none wider than that. */
function wrap({ lead = "", text }: Line, width: number | undefined): string[] {
  const whole = `${lead}${text}`;
  if (width === undefined || stringWidth(whole) <= width) return [whole];
  const indent = stringWidth(lead);
  if (width - indent < NARROWEST_TEXT) return wrapAnsi(whole, width, { hard: true }).split("\n");
  const rows = wrapAnsi(text, width - indent, { hard: true }).split("\n");
  return rows.map((row, index) => `${index === 0 ? lead : " ".repeat(indent)}${row}`);
}
