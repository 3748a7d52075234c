import { expect, test } from "vitest";

import { parseOverride, parsePhase } from "./phase-input.ts";

test("an id is a text or a whole number", () => {
  expect([3, 0, "03", "2.1", "x y", "日本"].map((id) => parsePhase(id))).toEqual([
    "3",
    "0",
    "03",
    "2.1",
    "x y",
    "日本",
  ]);
});

test.each([
  "",
  " ",
  "a\nb",
  "a\u2028b",
  "\u001b[2J",
  "\ud800",
  "x".repeat(201),
  -1,
  1.5,
  Number.NaN,
])("%j is none", (id) => {
  expect(() => parsePhase(id)).toThrow(expect.objectContaining({ code: "PLANNING_PHASE_INVALID" }));
});

test("an override has a reason that says something, and not too much", () => {
  expect(parseOverride(3, "done", {})).toBeUndefined();
  expect(parseOverride(3, "done", { force: true, reason: "x".repeat(1000) })).toHaveLength(1000);
  for (const reason of [undefined, "", " \n", "\0", "\u202e \u2028"]) {
    expect(() => parseOverride(3, "done", { force: true, reason })).toThrow(
      expect.objectContaining({ code: "PLANNING_REASON_MISSING", phase: "3" }),
    );
  }
  expect(() => parseOverride(3, "done", { force: true, reason: "x".repeat(1001) })).toThrow(
    expect.objectContaining({ code: "PLANNING_REASON_INVALID" }),
  );
  expect(() => parseOverride(3, "done", { reason: "x" })).toThrow(TypeError);
});

test.each(["todo", "not_started", "in_progress"] as const)(
  "force is a mistake for %s, whatever the reason",
  (status) => {
    expect(parseOverride(3, status, {})).toBeUndefined();
    for (const reason of [undefined, "", "x"]) {
      expect(() => parseOverride(3, status, { force: true, reason })).toThrow(TypeError);
    }
  },
);

test("of an id that is too long the error shows the beginning", () => {
  const phase = "x".repeat(100_000);
  expect(() => parsePhase(phase)).toThrow(
    expect.objectContaining({
      phase: `${"x".repeat(40)}…`,
      reason: "cannot be the id of a phase: it is longer than 200 characters",
    }),
  );
});
