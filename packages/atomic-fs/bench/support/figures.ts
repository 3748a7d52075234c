/** The value below which that share of the figures lies. */
export function quantile(figures: readonly number[], share: number): number {
  return (
    figures.toSorted((one, other) => one - other)[Math.floor(figures.length * share)] ?? Number.NaN
  );
}

/** Prints a table in Markdown, as the README has it. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], fill: string): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  const [head = [], ...body] = rows;
  const rule = line(
    head.map(() => ""),
    "-",
  );
  process.stdout.write(
    `\n${title}\n\n${line(head, " ")}${rule}${body.map((row) => line(row, " ")).join("")}`,
  );
}
