import { LONGEST_TIMER_MILLISECONDS } from "./lock-options.ts";

/** By name, the end of the line: resolves when everybody in it has left. */
const lines = new Map<string, Promise<void>>();

interface Place {
  /** True once everybody before has left; false when that took longer. */
  reached(timeoutMilliseconds: number): Promise<boolean>;
  /** Lets the next one go. To be called in any case, also by who gave up. */
  leave(): void;
}

/** A place at the end of the line of that name: calls of one process take turns without polling. */
export function joinLine(name: string): Place {
  const before = lines.get(name);
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const end = before === undefined ? left : before.then(() => left);
  lines.set(name, end);
  void end.then(() => {
    if (lines.get(name) === end) lines.delete(name);
  });
  const reached = (timeout: number): Promise<boolean> =>
    before === undefined ? Promise.resolve(true) : within(before, timeout);
  return { reached, leave };
}

function within(event: Promise<void>, timeoutMilliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const delay = Math.min(timeoutMilliseconds, LONGEST_TIMER_MILLISECONDS);
    const timer = setTimeout(() => resolve(false), delay);
    void event.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
