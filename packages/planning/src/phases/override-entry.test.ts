import fc from "fast-check";
import { expect, test } from "vitest";

import { scanMarkdown } from "@x/atomic-fs/markdown";

import { type Override, withOverride } from "./override-entry.ts";

const override: Override = {
  phase: "3",
  missing: ["a is missing", "b is empty"],
  reason: "the client waits",
  now: new Date("2026-10-06T12:00:00.000Z"),
  roadmapAsOf: new Date("2026-10-05T08:00:00.123Z"),
};

const ENTRY = [
  "## LL-1: Phase 3 was set to done without its evidence",
  "",
  "- Date: 2026-10-06T12:00:00.000Z",
  "- Roadmap as of: 2026-10-05T08:00:00.123Z",
  "- Missing: a is missing; b is empty",
  "- Reason: the client waits",
  "",
].join("\n");

test("the first entry begins the lessons learned", () => {
  expect(withOverride(undefined, override)).toEqual({
    name: "LL-1",
    text: `# Lessons learned\n\n${ENTRY}`,
  });
  expect(withOverride("", override)?.text).toBe(ENTRY);
});

test.each([
  ["the largest number counts", "## LL-2: a\n\n## LL-10: b\n\n## LL-3: c\n", "LL-11", "## "],
  ["in code it does not", "## LL-2: a\n\n```\n## LL-10: b\n```\n", "LL-3", "## "],
  ["in running text it does not", "LL-10\n\n- LL-12\n", "LL-1", "## "],
  ["of another word it does not", "## LL-2a\n## XLL-10\n## LL-x\n", "LL-3", "## "],
  ["the level is that of the others", "# LL-2\n\n### LL-3: a\n", "LL-4", "### "],
  ["underlined ones have a level, too", "LL-4: a\n===\n", "LL-5", "# "],
])("%s", (_title, text, name, marks) => {
  const made = withOverride(text, override);
  expect(made?.name).toBe(name);
  expect(made?.text).toContain(`\n${marks}${name}: Phase 3 was set`);
});

test.each([
  ["a\n\n", "a\n\n"],
  ["a\n", "a\n\n"],
  ["a", "a\n\n"],
  ["a\r\n", "a\r\n\r\n"],
  ["- a\n  b\n \n", "- a\n  b\n \n"],
  ["\uFEFF# \xFFa\r", "\uFEFF# \xFFa\r\r"],
])("behind %j it stands below one blank line, with the same line ends", (text, before) => {
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
  expect(withOverride(text, override)?.text).toBe(before + ENTRY.replaceAll("\n", lineEnd));
});

test("where code or a comment is open at the end, there can be no entry", () => {
  expect(withOverride("```\ncode\n", override)).toBeUndefined();
  expect(withOverride("<!-- a\n", override)).toBeUndefined();
});

test("an entry whose transition was never made is used again", () => {
  const { text = "" } = withOverride("## LL-4: a\n", override) ?? {};
  const later = { ...override, now: new Date("2026-10-07"), missing: ["a is missing"] };
  for (const again of [override, later, { ...override, phase: "03" }]) {
    expect(withOverride(text, again)).toEqual({ name: "LL-5" });
  }
  const crlf = text.replaceAll("\n", "\r\n");
  expect(withOverride(`${crlf}- Note: of a person\r\n\r\n## LL-6: b\r\n`, override)).toEqual({
    name: "LL-5",
  });
});

test.each<[string, Partial<Override>]>([
  ["another phase", { phase: "3a" }],
  ["another reason", { reason: "the client waits no more" }],
  ["a roadmap that was changed since", { roadmapAsOf: new Date("2026-10-06T12:00:00.001Z") }],
])("an entry of %s is not used again", (_title, change) => {
  const { text } = withOverride(undefined, override) ?? {};
  const made = withOverride(text, { ...override, ...change });
  expect(made?.name).toBe("LL-2");
  expect(made?.text?.startsWith(text ?? "?")).toBe(true);
});

test.each(["à", "Р1", "Рàχ", "日本", "\u202e"])("an entry of phase %j is found again", (phase) => {
  const given = { ...override, phase };
  const { text } = withOverride(undefined, given) ?? {};
  expect(withOverride(text, given)).toEqual({ name: "LL-1" });
});

test("a megabyte of entries is read", () => {
  expect(withOverride("# LL-7\n".repeat(2 ** 20 / 7), override)?.name).toBe("LL-8");
});

test("a megabyte of overrides is read", () => {
  const entry = "## LL-1: Phase 3 was set to done without its evidence\n\n- Date: today\n\n";
  const text = entry.repeat(2 ** 20 / entry.length);
  expect(withOverride(text, override)?.name).toBe("LL-2");
});

test("a list further below is not that of the entry", () => {
  const title = "## LL-1: Phase 3 was set to done without its evidence\n\nNo.\n\n";
  const items = ENTRY.split("\n").slice(2).join("\n");
  expect(withOverride(title + items, override)?.name).toBe("LL-2");
});

test("what turns the direction of writing is left out of the entry", () => {
  const turns = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c";
  const given = { ...override, reason: `the${turns}\u0085\nclient`, missing: [`a${turns}b`] };
  const { text = "" } = withOverride(undefined, given) ?? {};
  expect(text).toContain("\n- Missing: ab\n- Reason: the client\n");
  expect(withOverride(text, { ...given, reason: "the client" })).toEqual({ name: "LL-1" });
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<!--",
        "-->",
        "```",
        "\n",
        "\r\n",
        "# ",
        "LL-7",
        "<details>",
        "\u2028",
        "\u202e",
        "\u001b[2J",
        "$&",
        "- ",
        "---",
        "|",
        "&lt;",
        "\ud800",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const before = fc
  .array(
    fc.constantFrom(
      "## LL-3: a",
      "",
      "text",
      "- item",
      "> q",
      "<div>",
      "    code",
      "\xFF",
      "a <!-- b",
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join("\n"));

test("whatever the reason, what is there stays, one entry is added, and found again", () => {
  fc.assert(
    fc.property(before, hostile, hostile, (text, reason, missing) => {
      const given = { ...override, reason, missing: [missing] };
      const made = withOverride(text, given);
      expect(made?.text?.startsWith(text)).toBe(true);
      const headings = scanMarkdown(made?.text ?? "").headings;
      expect(headings).toHaveLength(scanMarkdown(`${text}\n\n`).headings.length + 1);
      expect(headings.at(-1)?.title).toContain(`${made?.name}: Phase 3 `);
      const added = made?.text?.slice(text.length).trimStart() ?? "";
      expect(added).not.toMatch(/[<\r]|[^\n\x20-\xFF]/);
      const turned = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
      expect(Buffer.from(added, "latin1").toString("utf8")).not.toMatch(turned);
      expect(added.split("\n").filter((line) => line !== "")).toHaveLength(5);
      expect(withOverride(made?.text, given)).toEqual({ name: made?.name });
    }),
    { numRuns: 1000 },
  );
});
