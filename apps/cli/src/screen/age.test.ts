import { expect, test } from "vitest";

import { ageOf } from "./age.ts";

const now = new Date("2026-03-10T12:00:00.000Z");

test.each([
  ["2026-03-10T12:00:00.000Z", "just now"],
  ["2026-03-10T11:59:00.001Z", "just now"],
  ["2026-03-10T11:59:00.000Z", "1 min ago"],
  ["2026-03-10T11:00:00.001Z", "59 min ago"],
  ["2026-03-10T11:00:00.000Z", "1 h ago"],
  ["2026-03-08T12:00:00.001Z", "47 h ago"],
  ["2026-03-08T12:00:00.000Z", "2 days ago"],
  ["2026-01-09T12:00:00.001Z", "59 days ago"],
  ["2026-01-09T12:00:00.000Z", "2026-01-09"],
  ["2026-01-09T00:30:00+02:00", "2026-01-08"],
])("%s is %s", (time, age) => {
  expect(ageOf(time, now)).toBe(age);
});

test("a clock that is a little ahead makes no time of the future, and any other time stays as it is", () => {
  expect(ageOf("2026-03-10T12:01:00.000Z", now)).toBe("just now");
  for (const time of ["2026-03-10T12:01:00.001Z", "2099-01-01T00:00:00.000Z", "soon", ""]) {
    expect(ageOf(time, now)).toBe(time);
  }
});
