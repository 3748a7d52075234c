import { expect, test } from "vitest";

import { refuseInsideStep, runPure } from "./pure-step.ts";

test("a step gives its result, and what it throws comes out as it is", () => {
  expect(runPure(() => 5)).toBe(5);
  const error = new Error("no");
  expect(() =>
    runPure(() => {
      throw error;
    }),
  ).toThrow(error);
});

test("what must not be called inside a step is refused there, and nowhere else", () => {
  expect(() => runPure(refuseInsideStep)).toThrow(TypeError);
  expect(refuseInsideStep).not.toThrow();
  const outer = (): void => {
    runPure(() => 5);
    refuseInsideStep();
  };
  expect(() => runPure(outer)).toThrow(TypeError);
  expect(refuseInsideStep).not.toThrow();
});

test("a promise is refused, and its failure disturbs nobody", () => {
  // oxlint-disable-next-line unicorn/no-thenable
  const thenable = { then: () => {} };
  expect(() => runPure(() => Promise.reject(new Error("late")))).toThrow("promise");
  expect(() => runPure(() => thenable)).toThrow(TypeError);
});
