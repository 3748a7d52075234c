// So soon it is seen that the machine has slept.
const LONGEST_TICK_MILLISECONDS = 5_000;
const TICKS_PER_RENEWAL = 4;

export interface Renewal {
  /** Between two renewals. */
  readonly milliseconds: number;
  readonly renew: () => void;
  /** Asked at each tick, of which there are several between two renewals: whether it must be renewed now. */
  readonly isDue: () => boolean;
  /** More time has passed than can be: the machine has slept, or this process was stopped. */
  readonly onGap: (passedMilliseconds: number) => void;
  readonly now: () => Date;
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/**
 * Renews again and again until the function that it gives is called. Timers stand still while the machine
 * sleeps, the clock on the wall does not: from it a gap is seen, and then it is renewed at once.
 */
export function keepRenewed({
  milliseconds,
  renew,
  isDue,
  onGap,
  now,
  every,
}: Renewal): () => void {
  const tick = Math.min(milliseconds / TICKS_PER_RENEWAL, LONGEST_TICK_MILLISECONDS);
  let ticks = 0;
  let last = now().getTime();
  return every(tick, () => {
    const passed = now().getTime() - last;
    const hasSlept = passed > tick + milliseconds;
    ticks += 1;
    if (hasSlept) onGap(passed);
    if (hasSlept || isDue() || ticks * tick >= milliseconds) {
      ticks = 0;
      renew();
    }
    last = now().getTime();
  });
}
