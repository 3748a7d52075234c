import { expect, test } from "vitest";

import { escapeControls, printable, printableLines } from "./printable.ts";

test("what acts on a terminal, ends a line or cannot be seen is shown as its code point", () => {
  expect(printable("a\u001b\u2028b\u2029c\u200bd\ufeff\u202e")).toBe(
    String.raw`a\u{1b}\u{2028}b\u{2029}c\u{200b}d\u{feff}\u{202e}`,
  );
  expect(printableLines("a\n\tb\u2028")).toBe(`a\n\tb${String.raw`\u{2028}`}`);
  const json = escapeControls(JSON.stringify("a\u2028\u200b"));
  expect(json).toBe(String.raw`"a\u2028\u200b"`);
  expect(JSON.parse(json)).toBe("a\u2028\u200b");
});

test("letters of any language stay, and so do emojis of several parts", () => {
  for (const text of ["Zürich", "日本語", "👨‍👩‍👧‍👦"]) expect(printable(text)).toBe(text);
});
