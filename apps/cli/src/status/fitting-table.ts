import stringWidth from "fast-string-width";

import type { Style } from "../command.ts";
import { type Cell, table } from "../screen/table.ts";

export interface Column<Row> {
  readonly heading: string;
  readonly cellOf: (row: Row) => Cell;
  /** Where there is no room for all columns, the one with the lowest number goes first; without one, it stays. */
  readonly leaves?: number;
}

/** The lines of a table with as many of the columns as the terminal has room for. */
export function fittingTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
): string[] {
  const heading = columns.map((column) => column.heading);
  const cells = rows.map((row) => columns.map(({ cellOf }) => cellOf(row)));
  const lines = table(heading, cells, style).split("\n");
  const { columns: width = Infinity } = style;
  const [first] = columns
    .filter(({ leaves }) => leaves !== undefined)
    .toSorted((one, other) => (one.leaves ?? 0) - (other.leaves ?? 0));
  if (first === undefined || lines.every((line) => stringWidth(line) <= width)) return lines;
  return fittingTable(
    columns.filter((column) => column !== first),
    rows,
    style,
  );
}
