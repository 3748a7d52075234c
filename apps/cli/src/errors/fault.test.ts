import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { isFault } from "./fault.ts";

function thrownBy(fails: () => unknown): unknown {
  try {
    return fails();
  } catch (error) {
    return error;
  }
}

test.each([
  ["a method that is not there", () => JSON.parse("{}").missing()],
  ["a number that is none", () => new Date(NaN).toISOString()],
  ["a value of a wrong type", () => Reflect.apply(readFileSync, undefined, [undefined])],
])("%s is a fault of ours", (_, fails) => {
  expect(isFault(thrownBy(fails))).toBe(true);
});

test.each([
  ["a file that is not there", () => readFileSync("/nowhere/at/all")],
  ["a name that no file can have", () => readFileSync("a\0b")],
  ["a text that is no JSON", () => JSON.parse("{")],
  ["something else that was thrown", () => new Error("It is none.")],
])("%s is none", (_, fails) => {
  expect(isFault(thrownBy(fails))).toBe(false);
});
