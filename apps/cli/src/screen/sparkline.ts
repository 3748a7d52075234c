const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
// So that it fits beside a label on a narrow terminal.
const MOST_BLOCKS = 60;

/** Numbers over time as a row of blocks, the lowest and the highest one; means where there are too many for a line. */
export function sparkline(numbers: readonly number[], most = MOST_BLOCKS): string {
  const shown = inGroups(numbers.filter(Number.isFinite), most);
  const lowest = shown.reduce((one, other) => Math.min(one, other), Infinity);
  const highest = shown.reduce((one, other) => Math.max(one, other), -Infinity);
  const range = highest - lowest;
  return shown
    .map((number) => (range === 0 ? 0.5 : (number - lowest) / range))
    .map((share) => BLOCKS[Math.round(share * (BLOCKS.length - 1))])
    .join("");
}

/** The mean of each group, as many groups as there may be. */
function inGroups(numbers: readonly number[], most: number): readonly number[] {
  if (numbers.length <= most) return numbers;
  return Array.from({ length: most }, (_, index) => {
    const start = Math.floor((index * numbers.length) / most);
    const group = numbers.slice(start, Math.floor(((index + 1) * numbers.length) / most));
    return group.reduce((sum, number) => sum + number, 0) / group.length;
  });
}
