import fc from "fast-check";
import { expect, test } from "vitest";

import { assertKey, compareKeys, type KeyPart, keyOf, under } from "./key.ts";
import { keysInRange } from "./range.ts";

// Few characters, so that parts meet: those with a meaning in a key, and the corners of UTF-16.
const text = fc.string({
  unit: fc.constantFrom("\0", "\u0001", "\u0002", "a", "z", "0", ":", "é", "\uffff", "\u{10000}"),
  maxLength: 4,
});
const number = fc.oneof(fc.nat(20), fc.maxSafeNat());
const part: fc.Arbitrary<KeyPart> = fc.oneof(text, number);
const parts = fc.array(part, { minLength: 1, maxLength: 3 });

const bytesOf = (key: string): Buffer => Buffer.from(key);

/** What is promised of the order, said once more. */
function compareParts(one: readonly KeyPart[], other: readonly KeyPart[]): number {
  for (const [index, mine] of one.entries()) {
    const theirs = other[index];
    if (theirs === undefined) return 1;
    if (mine === theirs) continue;
    if (typeof mine === "number" && typeof theirs === "number") return mine - theirs;
    if (typeof mine === "number") return -1;
    if (typeof theirs === "number") return 1;
    return Buffer.compare(bytesOf(mine), bytesOf(theirs));
  }
  return one.length - other.length;
}

test("keys are in the order of their parts, and different parts make different keys", () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const order = Math.sign(compareKeys(keyOf(...one), keyOf(...other)));
      expect(order).toBe(Math.sign(compareParts(one, other)));
    }),
    { numRuns: 2_000 },
  );
});

test("under gives exactly the keys that have these parts and at least one more", () => {
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), parts, (all, prefix) => {
      const longer = all.flatMap((some) => [some, [...prefix, ...some]]);
      const sorted = longer.map((some) => keyOf(...some)).toSorted(compareKeys);
      const expected = longer.filter(
        (some) =>
          some.length > prefix.length && prefix.every((mine, index) => mine === some[index]),
      );
      const found = keysInRange(sorted, { ...under(...prefix), limit: Infinity });
      expect(new Set(found)).toEqual(new Set(expected.map((some) => keyOf(...some))));
    }),
    { numRuns: 500 },
  );
});

test("every key is one that a store takes, and the order is that of the bytes of UTF-8", () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(() => assertKey("things", keyOf(...one))).not.toThrow();
      const [mine, theirs] = [keyOf(...one), keyOf(...other)];
      const order = Math.sign(compareKeys(mine, theirs));
      expect(order).toBe(Buffer.compare(bytesOf(mine), bytesOf(theirs)));
    }),
    { numRuns: 2_000 },
  );
});

test("a single ordinary text is its own key", () => {
  expect(keyOf("ses_66d1:é b")).toBe("ses_66d1:é b");
});

test.each([[-1], [1.5], [2 ** 53], [Number.NaN], [true], [undefined]])(
  "%s is no part of a key",
  (value) => expect(() => keyOf("a", value as KeyPart)).toThrow(TypeError),
);

test("no parts make no key", () => {
  expect(() => keyOf()).toThrow(TypeError);
  expect(() => under()).toThrow(TypeError);
});

test.each([
  ["", "empty"],
  ["a\0b", "NUL"],
  ["\ud800", "Unicode"],
  ["é".repeat(513), "too long"],
])("%j cannot be a key, and the error says why", (key, reason) => {
  expect(() => assertKey("things", key)).toThrow(
    expect.objectContaining({
      code: "REGISTRY_KEY_INVALID",
      collection: "things",
      key,
      reason: expect.stringContaining(reason) as string,
    }),
  );
});

test.each(["a\u0001", "é".repeat(512), "\u{10ffff}", "__proto__"])("%j is a key", (key) => {
  expect(() => assertKey("things", key)).not.toThrow();
});

test("what is no text is no key", () => {
  expect(() => assertKey("things", 5 as unknown as string)).toThrow(TypeError);
});
