import { printTable, quantile } from "../../../atomic-fs/bench/support/figures.ts";

/** One that takes its turn in every round. */
export interface Contender {
  readonly name: string;
  /** What is measured. Awaited only when it gives a promise. */
  readonly run: (round: number) => unknown;
  /** What comes before and after, not measured. */
  readonly prepare?: (round: number) => unknown;
  readonly check?: (round: number) => unknown;
  /** It takes part in so many only. Default: all. */
  readonly rounds?: number;
}

/** Microseconds of each round, by the names of the contenders. */
export type Figures = ReadonlyMap<string, readonly number[]>;

/** The contenders take turns, round after round, so that a change of the machine's speed meets all. */
export async function takeTurns(
  contenders: readonly Contender[],
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Figures> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    // Another one begins each time: what one leaves behind (pages to be written) does not always meet the same.
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const { name, run, prepare, check, rounds: most = Infinity } = contender;
      if (round >= warmUp + most) continue;
      await prepare?.(round);
      const start = performance.now();
      const running = run(round);
      if (running instanceof Promise) await running;
      const time = (performance.now() - start) * 1000;
      await check?.(round);
      if (round >= warmUp) figures.get(name)?.push(time);
    }
  }
  return figures;
}

export function medianOf(figures: Figures, name: string): number {
  return quantile(figures.get(name) ?? [], 0.5);
}

/** How many times the time of the other one it takes, in the median. */
export function ratioOf(figures: Figures, name: string, other: string): number {
  return medianOf(figures, name) / medianOf(figures, other);
}

/** Prints a table, its ratios to the contender of that name. */
export function printFigures(title: string, figures: Figures, base: string): void {
  const rows = [...figures].map(([name, times]) => [
    name,
    digits(quantile(times, 0.5)),
    digits(quantile(times, 0.99)),
    ratioOf(figures, name, base).toFixed(2),
  ]);
  printTable(`${title}, microseconds`, [["", "median", "p99", "ratio"], ...rows]);
}

function digits(microseconds: number): string {
  return microseconds.toFixed(microseconds < 100 ? 1 : 0);
}
