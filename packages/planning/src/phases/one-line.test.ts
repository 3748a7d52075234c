import { expect, test } from "vitest";

import { oneLine } from "./one-line.ts";

test.each([
  ["a\r\nb\u2028c\u0085d", "a b c d"],
  ["\u001b[2Ja\0", "[2Ja"],
  ["a\u202eb\u2066c\u200fd\u061ce", "abcde"],
  [" \n\u202e ", ""],
  ["שלום – 日本 👩‍💻", "שלום – 日本 👩‍💻"],
])("%j is %j as one line", (text, line) => {
  expect(oneLine(text)).toBe(line);
});
