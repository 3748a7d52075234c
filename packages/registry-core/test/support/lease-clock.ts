import { type Holder, holderOf, type LeaseClock } from "../../src/leases/index.ts";

export const SECOND = 1_000;
export const DAY = 86_400_000;
export const YEAR = 365 * DAY;

/** The clocks of a machine that are set by hand. */
export interface SetClock extends LeaseClock {
  /** So much time goes by for both. */
  pass(milliseconds: number): void;
  /** Somebody sets the wall clock, or the machine sleeps: the clock of the boot stands still. */
  shift(milliseconds: number): void;
}

/** `hasUptime`: false where there is no clock of the boot, as on Bun. */
export function setClock({ hasUptime = true } = {}): SetClock {
  let wall = Date.UTC(2026, 10, 21);
  let uptime = 5_000_000;
  return {
    now: () => new Date(wall),
    uptime: () => (hasUptime ? uptime : undefined),
    pass: (milliseconds) => {
      wall += milliseconds;
      uptime += milliseconds;
    },
    shift: (milliseconds) => {
      wall += milliseconds;
    },
  };
}

/** This process as a holder. */
export function ownHolder(): Holder {
  const holder = holderOf();
  if (holder === undefined) throw new Error("this process cannot be seen");
  return holder;
}
