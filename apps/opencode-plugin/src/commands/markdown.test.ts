import { expect, test } from "vitest";

import { markdownTable } from "./markdown.ts";

test("a table has its heading, a rule, and a line for each row", () => {
  const table = markdownTable(
    ["Plan", "Status"],
    [
      ["a", "created"],
      ["b", "-"],
    ],
  );
  expect(table).toBe("| Plan | Status |\n| --- | --- |\n| a | created |\n| b | - |");
  expect(markdownTable(["Plan"], [])).toBe("| Plan |\n| --- |");
});

test.each([
  ["a|b", String.raw`a\|b`],
  [String.raw`a\|b`, String.raw`a\\\|b`],
  ["a\n| b", String.raw`a\\u{a}\| b`],
  ["\u001b[31m", String.raw`\\u{1b}\[31m`],
  ["<b>`x`</b>", String.raw`\<b\>\`x\`\</b\>`],
  ["[a](b) *c* _d_ ~e~", String.raw`\[a\](b) \*c\* \_d\_ \~e\~`],
])("%j in a cell stays in it, as text", (text, cell) => {
  expect(markdownTable(["x"], [[text]])).toBe(`| x |\n| --- |\n| ${cell} |`);
});
