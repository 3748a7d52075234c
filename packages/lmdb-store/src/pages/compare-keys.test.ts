import fc from "fast-check";
import { expect, test } from "vitest";

import { compareKeys, compareNumbers, type Key } from "./compare-keys.ts";

function keyOf(bytes: Uint8Array, before: number): Key {
  const room = Buffer.concat([Buffer.alloc(before, 0xff), bytes, Buffer.alloc(3, 0xff)]);
  return { bytes: room, offset: before, size: bytes.length };
}

function numberKey(value: bigint): Key {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return keyOf(bytes, 5);
}

test("keys are ordered by their bytes, wherever they stand", () => {
  const bytes = fc.uint8Array({ maxLength: 4, max: 2 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const order = compareKeys(keyOf(one, 3), keyOf(other, 8));
      expect(Math.sign(order)).toBe(Buffer.compare(one, other));
    }),
  );
});

test("numbers are ordered by their value", () => {
  const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(number, number, (one, other) => {
      const order = compareNumbers(numberKey(one), numberKey(other));
      expect(order > 0).toBe(one > other);
      expect(order < 0).toBe(one < other);
    }),
  );
});
