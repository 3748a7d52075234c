import { stripVTControlCharacters } from "node:util";

import fc from "fast-check";
import { expect, test } from "vitest";

import { terminalWidth } from "../../test/terminal-width.ts";
import { type Line, lineWidth, sections } from "./box.ts";
import { PLAIN, styleOf } from "./style.ts";

const WIDE = "日本語の計画と仕様、各エージェント";

function rowsWithin(columns: number | undefined, ...lines: readonly Line[]): string[] {
  const all = [
    { title: "One", lines },
    { title: "Two", lines: [{ text: "b" }] },
  ];
  return sections(all, { ...PLAIN, columns }).split("\n");
}

test("on a terminal the sections are parts of one box, as wide as the terminal", () => {
  expect(rowsWithin(30, { text: "a" })).toEqual([
    "╭─ One ──────────────────────╮",
    "│ a                          │",
    "├─ Two ──────────────────────┤",
    "│ b                          │",
    "╰────────────────────────────╯",
  ]);
  expect(rowsWithin(500, { text: "a" }).map(terminalWidth)).toEqual([120, 120, 120, 120, 120]);
});

test("elsewhere each has its title, and its lines are as they are", () => {
  const text = "long ".repeat(100);
  expect(rowsWithin(undefined, { lead: "x: ", text })).toEqual([
    "One",
    `  x: ${text}`,
    "",
    "Two",
    "  b",
  ]);
});

test("a terminal that is too narrow for a box has the lines wrapped under their titles", () => {
  const rows = rowsWithin(20, { lead: "  look: ", text: "cabinet lease show 3" });
  expect(rows.slice(0, 3)).toEqual(["One", "    look: cabinet", "          lease show"]);
  expect(rowsWithin(3, { text: "no room at all" })).toContain("  no room at");
});

test("what is too long is wrapped beside its lead, or where there is no room beside it, under it", () => {
  const rows = rowsWithin(30, { lead: "run  ", text: "Plan 02-1 is under way: 3 of 8 tasks." });
  expect(rows.slice(1, 3)).toEqual([
    "│ run  Plan 02-1 is under    │",
    "│      way: 3 of 8 tasks.    │",
  ]);
  const under = rowsWithin(30, { lead: "a label of 20 letters ", text: "x".repeat(30) });
  expect(under.slice(1, 4)).toEqual([
    "│ a label of 20 letters xxxx │",
    "│ xxxxxxxxxxxxxxxxxxxxxxxxxx │",
    "├─ Two ──────────────────────┤",
  ]);
});

test.each([
  ["wide letters", WIDE],
  ["emojis", "👍 done 🚀 ✅ 日本"],
  ["letters with marks", `Zu\u0308rich ${"e\u0301".repeat(60)}`],
  ["one long word", "x".repeat(500)],
  ["wide letters without end", WIDE.repeat(20)],
])("with %s all rows of a box have one width", (_, text) => {
  for (const columns of [30, 31, 40, 80, 120]) {
    const rows = rowsWithin(columns, { text }, { lead: "agent  ", text });
    expect(rows.map(terminalWidth)).toEqual(rows.map(() => columns));
  }
});

test("whatever a line holds, all rows have one width, and no character is lost", () => {
  const character = fc.constantFrom("a", "é", "日", "👍", " ", "-", "/", "…", "\u0301");
  const text = fc.string({ unit: character, maxLength: 120 });
  fc.assert(
    fc.property(text, fc.integer({ min: 30, max: 130 }), (words, columns) => {
      const rows = rowsWithin(columns, { lead: "x  ", text: `a${words}` });
      const [width] = rows.map(terminalWidth);
      expect(rows.map(terminalWidth)).toEqual(rows.map(() => width));
      const kept = (shown: string): string => shown.replaceAll(/[\s│]/g, "");
      const body = rows.slice(1, rows.indexOf(rows.find((row) => row.startsWith("├")) ?? ""));
      expect(kept(body.join(""))).toBe(kept(`xa${words}`));
    }),
  );
});

test("colours take no room, and are closed at the end of each row", () => {
  const style = styleOf({}, 30);
  const text = style.red("red words that are wrapped and stay red");
  const rows = sections([{ title: "One", lines: [{ text }] }], style).split("\n");
  expect(rows.map((row) => terminalWidth(stripVTControlCharacters(row)))).toEqual([30, 30, 30, 30]);
  for (const row of rows.slice(1, -1)) {
    const [, start = "", end = ""] = row.split("│");
    expect(start).toContain("\u001b[31m");
    expect(start.indexOf("\u001b[39m")).toBeGreaterThan(start.indexOf("\u001b[31m"));
    expect(end).toBe("\u001b[22m");
  }
});

test("a line has room for what a box leaves it, and none is told without a terminal", () => {
  expect(
    [undefined, 500, 80, 30, 29, 20, 1].map((columns) => lineWidth({ ...PLAIN, columns })),
  ).toEqual([undefined, 116, 76, 26, 27, 18, 10]);
});
