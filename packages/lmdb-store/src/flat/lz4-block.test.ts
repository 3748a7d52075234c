import fc from "fast-check";
import { expect, test } from "vitest";

import { decompressBlock } from "./lz4-block.ts";

/** What the block holds, behind the dictionary. */
function decompress(block: Uint8Array, dictionary: string, size: number): string | undefined {
  const start = dictionary.length;
  const room = Buffer.alloc(start + size);
  room.write(dictionary);
  return decompressBlock(block, room, start) ? room.toString("latin1", start) : undefined;
}

const literals = Buffer.from("\x50hello", "latin1");
// One literal, a match of 7 at a distance of 1, then no more.
const repeated = Buffer.from("\x13a\x01\x00\x00", "latin1");

test("texts, repetitions and what stands in the dictionary are put together", () => {
  expect(decompress(literals, "", 5)).toBe("hello");
  expect(decompress(repeated, "", 8)).toBe("aaaaaaaa");
  expect(decompress(Buffer.from("\x01\x05\x00\x10!", "latin1"), "words", 6)).toBe("words!");
  const long = Buffer.concat([Buffer.of(0xf0, 255, 30), Buffer.alloc(300, "x")]);
  expect(decompress(long, "", 300)).toBe("x".repeat(300));
});

test("a block of another size, or one that reaches out of its bounds, is refused", () => {
  expect(decompress(literals, "", 4)).toBeUndefined();
  expect(decompress(literals, "", 6)).toBeUndefined();
  expect(decompress(literals.subarray(0, 3), "", 5)).toBeUndefined();
  expect(decompress(Buffer.alloc(0), "", 0)).toBeUndefined();
  expect(decompress(repeated.subarray(0, 3), "", 8)).toBeUndefined();
  expect(decompress(Buffer.from("\x13a\x02\x00\x00", "latin1"), "", 8)).toBeUndefined();
  expect(decompress(Buffer.from("\x13a\x00\x00\x00", "latin1"), "", 8)).toBeUndefined();
  expect(decompress(Buffer.of(0xf0, 255, 255, 255), "", 800)).toBeUndefined();
});

test("whatever bytes it is given, it ends and changes nothing before its start", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 2000 }), (block, size) => {
      const room = new Uint8Array(10 + size).fill(7, 0, 10);
      decompressBlock(block, room, 10);
      expect(room.subarray(0, 10)).toEqual(new Uint8Array(10).fill(7));
    }),
  );
});
