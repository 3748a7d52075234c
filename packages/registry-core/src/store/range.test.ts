import fc from "fast-check";
import { expect, test } from "vitest";

import { compareKeys } from "./key.ts";
import { assertRange, keysInRange, type Range } from "./range.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "\uffff", "\u{10000}"), maxLength: 3 });
const range: fc.Arbitrary<Range> = fc
  .record({
    lower: fc.option(fc.tuple(fc.constantFrom("gt", "gte"), key), { nil: undefined }),
    upper: fc.option(fc.tuple(fc.constantFrom("lt", "lte"), key), { nil: undefined }),
    reverse: fc.boolean(),
    limit: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(Infinity)),
  })
  .map(({ lower, upper, ...rest }) => {
    const bounds = [lower, upper].filter((bound) => bound !== undefined);
    return { ...Object.fromEntries(bounds), ...rest };
  });

const isIn = (one: string, { gt, gte, lt, lte }: Range): boolean =>
  (gt === undefined || compareKeys(one, gt) > 0) &&
  (gte === undefined || compareKeys(one, gte) >= 0) &&
  (lt === undefined || compareKeys(one, lt) < 0) &&
  (lte === undefined || compareKeys(one, lte) <= 0);

test("a range gives the keys within its bounds, in its order, as many as its limit says", () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 12 }), range, (keys, wanted) => {
      expect(() => assertRange("things", wanted)).not.toThrow();
      const sorted = keys.toSorted(compareKeys);
      const within = sorted.filter((one) => isIn(one, wanted));
      const ordered = wanted.reverse === true ? within.toReversed() : within;
      expect(keysInRange(sorted, wanted)).toEqual(ordered.slice(0, wanted.limit));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  {},
  { limit: 0 },
  { limit: -1 },
  { limit: 1.5 },
  { limit: Number.NaN },
  { limit: "5" },
  { limit: 1, gt: "a", gte: "a" },
  { limit: 1, lt: "a", lte: "a" },
  { limit: 1, gt: 5 },
])("%j is no range", (wrong) => {
  expect(() => assertRange("things", wrong as unknown as Range)).toThrow(TypeError);
});

test.each([{ gt: "\ud800" }, { gte: "a\0" }, { lt: "é".repeat(513) }, { lte: "\0" }])(
  "%j is a bound that no key can be compared with",
  (bound) => {
    expect(() => assertRange("things", { ...bound, limit: 1 })).toThrow(
      expect.objectContaining({ code: "REGISTRY_KEY_INVALID", collection: "things" }),
    );
  },
);
