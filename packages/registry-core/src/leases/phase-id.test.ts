import { expect, test } from "vitest";

import { isSamePhase, phaseFault, phaseKey } from "./phase-id.ts";

test.each([
  ["1", "01", true],
  ["0", "000", true],
  ["123456789012345678901234567890", "0123456789012345678901234567890", true],
  ["9007199254740993", "9007199254740992", false],
  ["1", "1a", false],
  ["a1", "a01", false],
  ["1.0", "1", false],
  ["٠١", "١", false],
  ["é", "e\u0301", false],
])("%j and %j are one phase: %s", (one, other, isSame) => {
  expect(isSamePhase(one, other)).toBe(isSame);
  expect(phaseKey(one) === phaseKey(other)).toBe(isSame);
});

test.each(["", " ", "a\nb", "x".repeat(201), "\ud800"])("%j is no id of a phase", (id) => {
  expect(phaseFault(id)).toMatch(/^it /);
});

test.each(["1", "__proto__", "constructor", "auth/login", "x".repeat(200), "é 🎈"])(
  "%j is an id of a phase",
  (id) => {
    expect(phaseFault(id)).toBeUndefined();
  },
);
