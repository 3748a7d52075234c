import { expect, test } from "vitest";

import { parseFlatKey } from "./flat-key.ts";

test.each([
  ["a text", "commit:/home/ä:b", "commit:/home/ä:b"],
  ["an empty text", "\x1b", ""],
  ["a mark before a control character", "\x1b\nnext", "\nnext"],
  ["escaped control characters", "a\x04\x00b\x04\x04\x04\x03", "a\x00b\x04\x03"],
  ["a byte order mark", "\ufeffa", "\ufeffa"],
])("%s is read", (_title, stored, key) => {
  expect(parseFlatKey(Buffer.from(stored))).toBe(key);
});

test.each([
  ["nothing at all", Buffer.alloc(0)],
  ["a number", Buffer.from("1003e80000000000", "hex")],
  ["true", Buffer.of(7)],
  ["a symbol", Buffer.from("\x02structures")],
  ["a list", Buffer.from("a\x00b")],
  ["a text that ends within an escape", Buffer.from("a\x04")],
  ["bytes that are no UTF-8", Buffer.of(0x61, 0xff)],
])("%s is no text", (_title, stored) => {
  expect(parseFlatKey(stored)).toBeUndefined();
});
