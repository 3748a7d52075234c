import fc from "fast-check";
import { expect, test } from "vitest";

import { scanMarkdown } from "@x/atomic-fs/markdown";

import { appendIssueTo, assertIssue, issuesIn } from "./issue-log.ts";
import { bytesOf, openLog, readLog } from "./markdown-log.ts";

const TIME = "2026-07-01T10:00:00.000Z";

function append(before: string, title: string, body?: string): { text: string; id: string } {
  const { log, id } = appendIssueTo(openLog(Buffer.from(before)), { title, body }, TIME);
  return { text: Buffer.from(bytesOf(log)).toString(), id };
}

test("an issue has a heading, its facts, and a text that is quoted line by line", () => {
  const issue = { title: "Slow login", body: "It takes 3 s.\r\n\r\nSeen twice.\n", plan: "02-1" };
  const { log } = appendIssueTo(openLog(undefined), issue, TIME);
  expect(Buffer.from(bytesOf(log)).toString()).toBe(`# Issues

## ISS-1: Slow login

- Noted: ${TIME}
- Plan: 02-1

> It takes 3 s.
>
> Seen twice.
`);
});

test.each([
  ["## ISS-7: old\n", "ISS-8"],
  ["- ISS-003: by another tool", "ISS-4"],
  ["| **ISS-12** | x |", "ISS-13"],
  ["> ## ISS-999: quoted\n", "ISS-1"],
  ["```\nISS-50\n```\n", "ISS-1"],
  ["\uFEFF# Issues\r\n", "ISS-1"],
])("behind %j the next one is %s, and all that was there stays", (before, id) => {
  const made = append(before, "next");
  expect(made.id).toBe(id);
  expect(made.text.startsWith(before)).toBe(true);
});

test("issues are listed with their plans, also those that people have written", () => {
  const first = append("", "Slow: login", "# ISS-9: quoted").text;
  const { log } = appendIssueTo(openLog(Buffer.from(first)), { title: "Late", plan: "02-1" }, TIME);
  const text = `${Buffer.from(bytesOf(log)).toString()}\n### **ISS-012** — Odd\n\n- ISS-1 again\n\n## Notes\n`;
  expect(issuesIn(readLog(Buffer.from(text)))).toEqual([
    { id: "ISS-1", title: "Slow: login", plan: null },
    { id: "ISS-2", title: "Late", plan: "02-1" },
    { id: "ISS-012", title: "Odd", plan: null },
  ]);
});

test("the line ends are those of the file", () => {
  const { text } = append("# Issues\r\n", "next", "one\ntwo");
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
});

test("where code is not closed, nothing is added", () => {
  expect(() => append("# Issues\n\n```\ncode\n", "next")).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_DAMAGED" }),
  );
});

test.each([{ title: "" }, { title: "a\n## ISS-9: b" }, { title: "a", body: "x".repeat(65_537) }])(
  "%j is no issue",
  (issue) => {
    expect(() => assertIssue(issue)).toThrow(
      expect.objectContaining({ code: "PLANNING_RUN_INVALID" }),
    );
  },
);

const HOSTILE = [
  "```",
  "~~~",
  "<!--",
  "-->",
  "# ISS-99: x",
  "## C-99",
  "---",
  "===",
  ">",
  "- [ ]",
  "<pre>",
  "\r",
  "\n",
  "\r\n",
  "\u001b[2J",
  "    ",
  "\t",
  "a",
  "</script>",
  "[x]: y",
];

test("whatever agents write, each issue is a heading of its own, and what was there stays", () => {
  const piece = fc.constantFrom(...HOSTILE);
  const body = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const title = fc
    .array(piece, { minLength: 1, maxLength: 4 })
    .map((pieces) => `t${pieces.join("").replaceAll(/\p{Cc}/gu, "")}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(title, body), { maxLength: 5 }), (issues) => {
      let text = "";
      for (const [given, lines] of issues) {
        const made = append(text, given, lines);
        expect(made.text.startsWith(text)).toBe(true);
        ({ text } = made);
      }
      const { headings, isOpen } = scanMarkdown(text);
      const ids = headings.slice(1).map((heading) => heading.title.split(":")[0]);
      expect(ids).toEqual(issues.map((_, index) => `ISS-${index + 1}`));
      expect(isOpen).toBe(false);
      expect(text).not.toContain("\u001b");
    }),
  );
});
