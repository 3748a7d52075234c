import { expect, test } from "vitest";

import { keepRenewed } from "./keep-renewed.ts";

/** A machine whose timers fire, and whose clock moves, when a test says so. */
function machine(milliseconds: number) {
  let time = 0;
  let tick = (): void => undefined;
  const seen: string[] = [];
  const state = { between: 0, isStopped: false, isDue: false };
  const stop = keepRenewed({
    milliseconds,
    renew: () => seen.push("renewed"),
    isDue: () => state.isDue,
    onGap: (passed) => seen.push(`gap of ${passed}`),
    now: () => new Date(time),
    every: (between, call) => {
      tick = call;
      state.between = between;
      return () => void (state.isStopped = true);
    },
  });
  const passes = (passed = state.between): void => {
    time += passed;
    tick();
  };
  return { passes, seen, state, stop };
}

test("it renews in time, whatever is done to the clock on the wall", () => {
  const { passes, seen } = machine(8_000);
  for (let count = 0; count < 8; count += 1) passes();
  expect(seen).toEqual(["renewed", "renewed"]);
  passes(-3_600_000);
  for (let count = 0; count < 3; count += 1) passes();
  expect(seen).toEqual(["renewed", "renewed", "renewed"]);
});

test("after a sleep of the machine it says so, and renews at once", () => {
  const { passes, seen } = machine(8_000);
  passes();
  passes(3_600_000);
  expect(seen).toEqual(["gap of 3600000", "renewed"]);
  passes();
  expect(seen).toHaveLength(2);
});

test("what is due before its time is renewed at the next tick", () => {
  const { passes, seen, state } = machine(3_600_000);
  state.isDue = true;
  passes();
  expect(seen).toEqual(["renewed"]);
  state.isDue = false;
  passes();
  expect(seen).toHaveLength(1);
});

test("a tick that comes a little late is no sleep", () => {
  const { passes, seen } = machine(8_000);
  passes(10_000);
  expect(seen).toEqual([]);
});

test("a sleep is seen within five seconds, however seldom it renews", () => {
  const { state, stop } = machine(3_600_000);
  expect(state).toMatchObject({ between: 5_000, isStopped: false });
  stop();
  expect(state.isStopped).toBe(true);
});
