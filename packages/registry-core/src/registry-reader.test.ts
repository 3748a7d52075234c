import { expect, test } from "vitest";

import { isSettled } from "./registry-reader.ts";

const NOW = Date.UTC(2026, 0, 1);
const before = (milliseconds: number): bigint => BigInt(NOW - milliseconds) * 1_000_000n;

test.each([
  [100, 100, true],
  [10_000, 60, true],
  // Another change within this tick of the clock could have the same stamp.
  [100, 0, false],
  [100, 49, false],
  [40, 10_000, false],
  // The clock of the file system is ahead of ours: nothing is known.
  [-5_000, -5_000, false],
])("changed %i ms and renamed %i ms ago: settled is %s", (modified, changed, settled) => {
  const stamps = { mtimeNs: before(modified) + 1n, ctimeNs: before(changed) + 1n };
  expect(isSettled(stamps, NOW)).toBe(settled);
});

test("where stamps are whole seconds, a change is settled after some of them", () => {
  const stamps = (age: number): { mtimeNs: bigint; ctimeNs: bigint } => ({
    mtimeNs: before(age),
    ctimeNs: before(age),
  });
  expect(isSettled(stamps(1_000), NOW)).toBe(false);
  expect(isSettled(stamps(2_000), NOW)).toBe(false);
  expect(isSettled(stamps(3_000), NOW)).toBe(true);
});
