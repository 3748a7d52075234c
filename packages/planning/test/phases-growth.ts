const TRIES = 5;

/**
 * How many times as long it takes for four times as much: about 4 where everything is looked at once, 16
 * where everything is compared with everything. `prepare` gives for a count what is to be timed.
 */
export function growthOf(count: number, prepare: (count: number) => () => unknown): number {
  const runs = [prepare(count), prepare(4 * count)];
  // The shortest of several tries: whatever else is at work here makes some of them longer.
  const [one = 0, four = 0] = runs.map((run) =>
    Math.min(...Array.from({ length: TRIES }, () => secondsOf(run))),
  );
  return four / one;
}

/** What is less than this grows with the count, and not with its square. */
export const LINEAR = 10;

function secondsOf(run: () => unknown): number {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}
