import fc from "fast-check";
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
  ["02.1", "2.1", true],
  ["1.05", "01.5", true],
  ["2.10", "2.1", false],
  ["1.0.00", "01.00.0", true],
  ["1.123456789012345678901", "1.123456789012345678902", false],
  ["1.", "01.", false],
  [".1", ".01", false],
  ["1..2", "01..2", false],
  ["02.1a", "2.1a", false],
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

const digits = fc.oneof(
  fc.constantFrom("0", "00", "1", "01", "10", "010"),
  fc.stringMatching(/^\d{1,30}$/),
);
const dotted = fc.array(digits, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const anyId = fc.oneof(dotted, fc.constantFrom("a", "0a", "1.", ".1", "1..1", "-1"), fc.string());

test("to be the same phase is an equivalence, and the key tells it", () => {
  fc.assert(
    fc.property(anyId, anyId, anyId, (one, other, third) => {
      expect(isSamePhase(one, one)).toBe(true);
      expect(isSamePhase(one, other)).toBe(isSamePhase(other, one));
      expect(isSamePhase(one, other)).toBe(phaseKey(one) === phaseKey(other));
      const isChained = isSamePhase(one, other) && isSamePhase(other, third);
      expect(!isChained || isSamePhase(one, third)).toBe(true);
      expect(phaseKey(phaseKey(one))).toBe(phaseKey(one));
    }),
    { numRuns: 1000 },
  );
});

test("zeros in front of any part change nothing, another number does", () => {
  const zeros = fc.array(fc.constantFrom("", "0", "000"), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(dotted, dotted, zeros, (id, other, padding) => {
      const padded = id.split(".").map((part, index) => `${padding[index]}${part}`);
      expect(isSamePhase(id, padded.join("."))).toBe(true);
      const numbers = (text: string): string => text.split(".").map(BigInt).join(" ");
      expect(isSamePhase(id, other)).toBe(numbers(id) === numbers(other));
    }),
    { numRuns: 1000 },
  );
});
