import { expect, test } from "vitest";

import { scanMarkdown } from "@x/atomic-fs/markdown";

import { archivedLines } from "./archived-lines.ts";

/** The lines that are archived. */
function archivedIn(text: string): string[] {
  const { lines } = scanMarkdown(text);
  const isArchived = archivedLines(text, lines);
  return lines
    .filter((_, index) => isArchived[index])
    .map((line) => text.slice(line.start, line.end));
}

test.each([
  ["between the tags", "a\n<details>\nx\n\nx\n</details>\nb", ["x", "", "x", "</details>"]],
  [
    "of any case, with attributes",
    '<DETAILS open class="a">\nx\n</Details >\nb',
    ["x", "</Details >"],
  ],
  [
    "with an attribute on the next line",
    "<details\nopen>\nx\n</details>\nb",
    ["open>", "x", "</details>"],
  ],
  [
    "one within the other",
    "<details><details>\nx\n</details>\nx\n</details>\nb",
    ["x", "</details>", "x", "</details>"],
  ],
  ["to the end, where one is not closed", "a\n<details>\nx\n\n# x", ["x", "", "# x"]],
  ["behind other text", "a <details> b\nx\nc </details> d\nb", ["x", "c </details> d"]],
  [
    "behind a comment",
    "<!-- a --><details>\nx\n<!-- </details> --></details>\nb",
    ["x", "<!-- </details> --></details>"],
  ],
  ["behind a comment of several lines", "<!-- a\n\n--> <details>\nx", ["x"]],
  ["in a quote or a list", "> <details>\n> x\n\n- </details>\nb", ["> x", "", "- </details>"]],
  ["after an end without a beginning", "</details>\n<details>\nx", ["x"]],
  ["right behind a fence", "```\na\n```\n<!-- b --><details>\nx", ["x"]],
  ["behind a fence that ends with its list", "- ```\n  a\n\nb\n<!-- c --><details>\nx", ["x"]],
  ["after a fence in front of it", "```\n<details>\n```\n<details>\nx", ["x"]],
])("lines are archived %s", (_title, text, archived) => {
  expect(archivedIn(text)).toEqual(archived);
});

test.each([
  ["a fence", "~~~ md\n<details>\n~~~\nb"],
  ["a fence in a list", "- ```\n  <details>\n\n  ```\nb"],
  ["one fence after the other", "```\n<details>\n```\n````\n```\n<details>\n````\nb"],
  ["code in a line", "a `<details>` b ``<details> ` `` c\nb"],
  ["a comment", "<!-- <details> -->\nb\n\n<!--\n<details>\n\n<details>\n-->\nb"],
  ["a comment in running text", "a <!-- <details>\nb <details> --> c\nb"],
  ["front matter", "---\na: <details>\n---\nb"],
  ["an escape", "a \\<details> b\nb"],
  ["the name of another element", "<details-list>\n<detail>\nb"],
  ["an end without a beginning", "</details>\n<details></details>\nb"],
])("%s archives nothing", (_title, text) => {
  expect(archivedIn(text)).toEqual([]);
});

test.each([
  ["a fence", "<details>\n\n```\n</details>\n```\nx"],
  ["code in a line", "<details>\n`</details>`\nx"],
  ["a comment", "<details>\n<!-- </details> -->\nx"],
  ["a tag that is not closed", "<details>\n</details\nx"],
])("%s brings nothing back", (_title, text) => {
  expect(archivedIn(text)).toContain("x");
});

test.each([
  [
    "code and comments that are not closed",
    (count: number) =>
      `${"`".repeat(9).concat(" ").repeat(count)} ${"<!".repeat(count)} ${"`` ` ".repeat(count)}`,
  ],
  ["blanks in a fence", (count: number) => `~~~\na${" ".repeat(count)}b\n~~~`],
])("a line of very many is no trouble: %s", (_title, textOf) => {
  const text = `${textOf(100_000)}\n<details>\nx`;
  const { lines } = scanMarkdown(text);
  expect(archivedLines(text, lines).at(-1)).toBe(true);
});
