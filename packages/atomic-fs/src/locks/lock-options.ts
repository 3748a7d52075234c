import { assertOptions } from "../assert-options.ts";

/** For every call that takes the lock of a file. It bounds the waiting, not what is done under the lock. */
export interface LockOptions {
  /** How long to wait for the lock, in milliseconds, Infinity for ever. Default 10 000. */
  readonly timeoutMilliseconds?: number | undefined;
}

// What a timer can hold, some 24 days (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args).
export const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

const DEFAULT_TIMEOUT_MILLISECONDS = 10_000;

export function timeoutOf(options: LockOptions): number {
  assertOptions(options);
  const { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = options;
  if (typeof timeoutMilliseconds === "number" && timeoutMilliseconds >= 0)
    return timeoutMilliseconds;
  throw new TypeError(`a time-out of ${String(timeoutMilliseconds)} ms is none`);
}
