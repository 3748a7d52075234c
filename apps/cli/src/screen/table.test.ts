import { expect, test } from "vitest";

import { table } from "./table.ts";

const plain = (text: string): string => text;
const style = { bold: plain, dim: plain, green: plain, yellow: plain, red: plain };

/** The lines of a table of one row, whose first cell is this one. */
function linesWith(text: string): string[] {
  return table(["A", "B"], [[{ text }, { text: "b" }]], style).split("\n");
}

const FAMILY = "👨‍👩‍👧‍👦";

test.each([
  ["plain letters", "x", "x".repeat(200)],
  ["letters with marks", "e\u0301", "e\u0301".repeat(200)],
  ["what could act on a terminal", "\u001b", String.raw`\u{1b}`.repeat(34).slice(0, 200)],
])("of a cell of 100 000 %s the first 200 characters are shown", (_, character, shown) => {
  expect(linesWith(character.repeat(100_000))).toEqual([`A${" ".repeat(202)}B`, `${shown}…  b`]);
});

test("a wide character takes two columns, and what stands behind it stays in its own", () => {
  expect(
    table(
      ["A", "B"],
      [
        [{ text: "日本" }, { text: "b" }],
        [{ text: "abcde" }, { text: "b" }],
      ],
      style,
    ),
  ).toBe(["A      B", "日本   b", "abcde  b"].join("\n"));
  expect(linesWith(FAMILY.repeat(3))).toEqual(["A       B", `${FAMILY.repeat(3)}  b`]);
  expect(linesWith(FAMILY.repeat(300))).toEqual([
    `A${" ".repeat(402)}B`,
    `${FAMILY.repeat(200)}…  b`,
  ]);
});

test("a wide name is cut to the columns that there are", () => {
  const rows = [[{ text: "日".repeat(20), mayShrink: true }, { text: "b" }]];
  expect(table(["A", "B"], rows, { ...style, columns: 20 }).split("\n")[1]).toBe(
    `${"日".repeat(4)}…${"日".repeat(4)}  b`,
  );
});

test.each([["x"], ["é"]])("200 times %s are not cut", (character) => {
  expect(linesWith(character.repeat(200))).toEqual([
    `A${" ".repeat(201)}B`,
    `${character.repeat(200)}  b`,
  ]);
  expect(linesWith(character.repeat(201))).toEqual([
    `A${" ".repeat(202)}B`,
    `${character.repeat(200)}…  b`,
  ]);
});

test("marks that are stacked on one letter without end are left out", () => {
  expect(linesWith(`ab${"\u0301".repeat(100_000)}`)).toEqual(["A   B", "a…  b"]);
});

/** A row with a name of 40 characters, on a terminal of that width. */
function rowWithin(columns: number | undefined): string | undefined {
  const name = { text: `build@${"é".repeat(28)}sonnet`, mayShrink: true };
  const cells = [name, { text: "what is no name stays" }];
  return table(["A", "B"], [cells], { ...style, columns })
    .split("\n")
    .at(1);
}

test("on a terminal that is too narrow, names lose their middle", () => {
  expect(rowWithin(undefined)).toBe(`build@${"é".repeat(28)}sonnet  what is no name stays`);
  expect(rowWithin(63)).toBe(rowWithin(undefined));
  expect(rowWithin(50)).toBe(
    `build@${"é".repeat(7)}…${"é".repeat(7)}sonnet  what is no name stays`,
  );
  expect(rowWithin(50)).toHaveLength(50);
  expect(rowWithin(10)).toBe("build@…onnet  what is no name stays");
});

test("on a terminal, two long names are cut evenly", () => {
  const name = (letter: string) => ({ text: letter.repeat(30), mayShrink: true });
  const [, row] = table(["A", "B"], [[name("a"), name("b")]], { ...style, columns: 42 }).split(
    "\n",
  );
  expect(row).toBe(`${"a".repeat(10)}…${"a".repeat(9)}  ${"b".repeat(10)}…${"b".repeat(9)}`);
});
