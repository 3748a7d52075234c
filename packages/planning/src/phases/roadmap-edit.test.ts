import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ROADMAP_TEXT } from "../../test/phases-checkout.ts";
import type { PhaseStatusWord } from "./phase-status.ts";
import { withPhaseStatus } from "./roadmap-edit.ts";
import { parseRoadmap, requireLine, type Roadmap } from "./roadmap.ts";

const parsed = (latin1: string): Roadmap => parseRoadmap(Buffer.from(latin1, "latin1"));

function edited(latin1: string, phase: string, status: PhaseStatusWord): string {
  const roadmap = parsed(latin1);
  return withPhaseStatus(roadmap, requireLine(roadmap, phase), status);
}

const LINE = "- [ ] **Phase 2: b**\n";

test("the marker of one line changes, and the status in the section of the phase", () => {
  expect(edited(ROADMAP_TEXT, "03", "done")).toBe(
    ROADMAP_TEXT.replace("- [-] **Phase 3", "- [x] **Phase 3").replace(
      "**Status**: In progress (since",
      "**Status**: Done (since",
    ),
  );
  expect(edited(ROADMAP_TEXT, "2", "in_progress")).toBe(
    ROADMAP_TEXT.replace("- [ ] **Phase 2", "- [-] **Phase 2"),
  );
});

describe("the section of a phase", () => {
  test.each([
    ["with a colon", "## Phase 2: b\n\n**Status**: Todo\n"],
    ["with a dash", "## Phase 2 \xE2\x80\x94 b\n\n**Status**: Todo\n"],
    ["with a dash right behind", "## Phase 2\xE2\x80\x94b\n\n**Status**: Todo\n"],
    ["with a full stop", "## Phase 02. b\n**Status**: Todo\n"],
    ["in bold", "## **Phase 2**\n**Status:** Todo\n"],
    ["underlined", "\nPhase 2\n---\n**Status**: Todo\n"],
    ["with the status in a list", "## Phase 2\n  - **Status:** Todo\n"],
    ["with the status indented by three", "## Phase 2\n\n   **Status**: Todo\n"],
    ["with the status in a deeper section", "## Phase 2\n### Plans\n**Status**: Todo\n"],
    ["where it comes again", "## Phase 2\n\n## Phase 2: details\n**Status**: Todo\n"],
    ["with code before", "## Phase 2\n```\n**Status**: In progress\n```\n**Status**: Todo\n"],
    ["with CRLF", "## Phase 2\r\n\r\n**Status**: Todo\r\n"],
    [
      "with an archive in it",
      "## Phase 2\n<details>\n\n# Old\n**Status**: In progress\n\n</details>\n\n**Status**: Todo\n",
    ],
  ])("%s is found", (_title, section) => {
    expect(edited(LINE + section, "2", "done")).toBe(
      (LINE + section).replace("[ ]", "[x]").replace("Todo", "Done"),
    );
  });

  test.each([
    ["is that of another phase", "## Phase 2.1\n**Status**: Todo\n"],
    ["is that of a phase whose id begins alike", "## Phase 2a: b\n**Status**: Todo\n"],
    ["has an inner phase with a status", "## Phase 2\n### Phase 2.1\n**Status**: Todo\n"],
    ["ends before the status", "## Phase 2\n## Plans\n**Status**: Todo\n"],
    ["is archived", "<details>\n\n## Phase 2\n**Status**: Todo\n"],
    ["has it in code only", "## Phase 2\n```\n**Status**: Todo\n```\n"],
    ["has it in code by indentation", "## Phase 2\n\n    **Status**: Todo\n"],
    ["has it in a sentence", "## Phase 2\nThe **Status**: Todo\n"],
    ["is about something else", "## The end of Phase 2\n**Status**: Todo\n"],
  ])("that %s keeps its status", (_title, section) => {
    expect(edited(LINE + section, "2", "done")).toBe((LINE + section).replace("[ ]", "[x]"));
  });
});

test("an id may hold any letters", () => {
  const text = Buffer.from("- [ ] **Phase à1: b**\n\n## Phase à1 — b\n**Status**: Todo\n").toString(
    "latin1",
  );
  expect(edited(text, "à1", "done")).toBe(text.replace("[ ]", "[x]").replace("Todo", "Done"));
});

test("a capital X is done, and stays", () => {
  const text = "* [X] **Phase 2: b**\n";
  expect(edited(text, "2", "done")).toBe(text);
  expect(edited(text, "2", "todo")).toBe("* [ ] **Phase 2: b**\n");
});

test.each([
  ["headings of the phase", "### Phase 2\n".repeat(80_000)],
  ["points behind an id", `## Phase ${".".repeat(2 ** 20)}b\n`],
  ["blanks in a status", `## Phase 2\n**Status**: a${" ".repeat(2 ** 20)}b\n`],
])("a megabyte of %s is no trouble", (_title, text) => {
  const roadmap = parsed(LINE + text);
  const found = requireLine(roadmap, "2");
  expect(withPhaseStatus(roadmap, found, "done")).not.toBe(LINE + text);
});

const line = fc.constantFrom(
  "- [ ] **Phase 1: $& a**",
  "  * [x] **Phase 02**: $1 b",
  "- [-] **Phase 3a: c**",
  "- [ ] **Phase 2.1: d** `x`",
  "## Phase 1: $& a",
  "### Phase 2",
  "Phase 3a",
  "---",
  "===",
  "# Other",
  "**Status**: Todo",
  "- **Status:** in_progress <!-- x",
  "   **Status**: done",
  "    **Status**: Todo",
  "**Status**: \xFFblocked\xC3",
  "**Status**: [-] Complete",
  "<details>",
  "<details open><summary>x</summary>",
  "</details>",
  "```",
  "~~~",
  "<!--",
  "-->",
  "> quote",
  "    indented",
  "",
  "\xFF\xFE\x80 text",
);
const roadmapText = fc
  .tuple(
    fc.constantFrom("", "\xEF\xBB\xBF", "---\na: b\n---\n"),
    fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 25 }),
  )
  .map(([start, lines]) => start + lines.map((pair) => pair.join("")).join(""));
const word = fc.constantFrom<PhaseStatusWord>("not_started", "todo", "in_progress", "done");

/** All lines, without the places that an edit may change. */
function untouched({ text, lines, isArchived }: Roadmap): string[] {
  return lines.map(({ start, end, next, kind }, index) => {
    const content = text.slice(start, end);
    const lineEnd = text.slice(end, next);
    if (isArchived[index] === true || kind !== "text") return content + lineEnd;
    const marker = content.replace(/^([ \t]*[-*+] \[)[ xX-](\] \*\*Phase)/, "$1?$2");
    return marker.replace(/^((?:- | {0,3})\*\*Status(?:\*\*:|:\*\*))[^<]*/, "$1") + lineEnd;
  });
}

test("whatever the roadmap, all else stays byte for byte, and doing it again changes nothing", () => {
  let changes = 0;
  fc.assert(
    fc.property(roadmapText, word, (text, status) => {
      const before = parsed(text);
      const live = before.phases.filter(({ isArchived }) => !isArchived);
      for (const { id } of live) {
        if (live.filter((phase) => phase.id === id).length > 1) continue;
        const after = edited(text, id, status);
        const now = parsed(after);
        expect(untouched(now)).toEqual(untouched(before));
        expect(now.lines.map(({ kind }) => kind)).toEqual(before.lines.map(({ kind }) => kind));
        expect(now.isArchived).toEqual(before.isArchived);
        expect(edited(after, id, status)).toBe(after);
        const changed = before.lines.filter(({ start, end }, index) => {
          const moved = now.lines[index];
          return text.slice(start, end) !== after.slice(moved?.start, moved?.end);
        });
        // Its line, and the one of its status.
        expect(changed.length).toBeLessThanOrEqual(2);
        const others = (roadmap: Roadmap) =>
          roadmap.phases.filter((phase) => phase.id !== id).map((phase) => phase.status);
        expect(others(now)).toEqual(others(before));
        changes += changed.length;
      }
    }),
    { numRuns: 1500 },
  );
  expect(changes).toBeGreaterThan(100);
});
