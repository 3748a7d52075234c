import fc from "fast-check";
import { Packr } from "msgpackr";
import { expect, test } from "vitest";

import { isOneItem } from "./message-pack-items.ts";

const packr = new Packr({ useBigIntExtension: true });
/** More kinds of records than there are numbers for them, some more than once. */
const shapes = Array.from({ length: 200 }, (_, index) => ({
  [`property ${index % 90}`]: { index },
}));

test.each([
  [
    "texts and bytes of all lengths",
    ["", "ä", "x".repeat(300), Buffer.alloc(70_000), Buffer.of(1)],
  ],
  ["numbers", [0, -1, 127, 128, 65_536, 2 ** 40, -(2 ** 40), 1.5, 2n ** 60n, 2n ** 200n, -0.1]],
  ["dates", [new Date(0), new Date(1_700_000_000_123), new Date(-1), new Date(Number.NaN)]],
  [
    "other kinds",
    [new Set([1]), /a+/u, new Error("one"), new Map([[1, { a: 1 }]]), undefined, null],
  ],
  ["many kinds of records", shapes],
  [
    "a record of many properties",
    Object.fromEntries(Array.from({ length: 300 }, (_, at) => [at, at])),
  ],
  ["a long list", Array.from({ length: 70_000 }, (_, index) => index)],
])("%s are one item", (_title, value) => {
  const bytes = packr.pack(value);
  expect(isOneItem(bytes)).toBe(true);
  expect(isOneItem(bytes.subarray(0, -1))).toBe(false);
  expect(isOneItem(Buffer.concat([bytes, Buffer.of(1)]))).toBe(false);
});

test("whatever can be packed is one item", () => {
  fc.assert(
    fc.property(
      fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      (value) => {
        expect(isOneItem(packr.pack(value))).toBe(true);
      },
    ),
  );
});

test("lists that claim more than there is are not, however deep they are in each other", () => {
  const long = Buffer.of(0xdd, 1, 0xff, 0xff, 0xff);
  const short = Buffer.of(0xdc, 0xff, 0xff);
  for (const list of [long, short]) {
    expect(isOneItem(Buffer.concat(Array.from({ length: 10_000 }, () => list)))).toBe(false);
    expect(isOneItem(Buffer.concat([Buffer.of(0xd4, 0x72, 0x40), list]))).toBe(false);
  }
  expect(isOneItem(Buffer.alloc(0))).toBe(false);
});

test("whatever bytes it is given, it ends", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(typeof isOneItem(bytes)).toBe("boolean");
    }),
  );
});
