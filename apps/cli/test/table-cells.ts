/** The cells of a table, line by line. */
export function cellsOf(printed: string): string[][] {
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
}
