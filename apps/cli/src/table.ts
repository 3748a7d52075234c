import type { Style } from "./command.ts";
import { printable } from "./printable.ts";

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Rows under a heading, columns two spaces apart. Cells are made safe for a terminal. */
export function table(heading: readonly string[], rows: readonly Cell[][], style: Style): string {
  const head = heading.map((text): Cell => ({ text, paint: style.bold }));
  const all = [head, ...rows].map((row) =>
    row.map((cell) => ({ ...cell, text: printable(cell.text) })),
  );
  const widths = heading.map((_, column) =>
    all.reduce((width, row) => Math.max(width, lengthOf(row[column]?.text ?? "")), 0),
  );
  const line = (row: readonly Cell[]): string =>
    row
      .map(({ text, paint }, column) => {
        const isLast = column === row.length - 1;
        const gap = isLast ? "" : " ".repeat((widths[column] ?? 0) - lengthOf(text) + 2);
        return `${paint === undefined ? text : paint(text)}${gap}`;
      })
      .join("");
  return all.map(line).join("\n");
}

/** Characters as people count them. Wide ones (CJK, emoji) still count as one. */
function lengthOf(text: string): number {
  return Array.from(new Intl.Segmenter().segment(text)).length;
}
