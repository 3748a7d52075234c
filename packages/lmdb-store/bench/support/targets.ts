interface Target {
  readonly what: string;
  readonly figure: number;
  readonly limit: number;
  /** What the figure counts. Default: times. */
  readonly unit?: string;
}

/** Prints one line for each: met or missed. What could not be measured is left out. */
export function printTargets(targets: readonly Target[]): void {
  process.stdout.write("\n");
  for (const { what, figure, limit, unit = "×" } of targets) {
    if (Number.isNaN(figure)) continue;
    const verdict = figure <= limit ? "met" : "missed";
    process.stdout.write(
      `Target ${what}: ${verdict}, ${figure.toFixed(2)}${unit} of at most ${limit}${unit}\n`,
    );
  }
}
