import { expect, test } from "vitest";

import type { PhaseError } from "./phase-error.ts";
import { parseRoadmap, requireLine } from "./roadmap.ts";

const roadmapOf = (text: string) => parseRoadmap(Buffer.from(text));

/** Of each live phase. */
const phasesIn = (text: string) =>
  roadmapOf(text)
    .phases.filter(({ isArchived }) => !isArchived)
    .map(({ id, title, status, line }) => [id, title, status, line]);

test.each([
  ["- [ ] **Phase 1: Store**", ["1", "Store", "not_started", 1]],
  ["- [-] **Phase 01: Store** - by June", ["01", "Store", "in_progress", 1]],
  ["* [x] **Phase 2.1: A: b**", ["2.1", "A: b", "done", 1]],
  ["+ [X]  **Phase  3a :Tests**", ["3a", "Tests", "done", 1]],
  ["  \t- [ ] **Phase 4**: Docs $& `code`", ["4", "Docs $& `code`", "not_started", 1]],
  ["- [ ] **Phase 5:** Docs", ["5", "Docs", "not_started", 1]],
  ["- [ ] **Phase 6**", ["6", "", "not_started", 1]],
  ["- [ ] **Phase à1: Größe – 日本**", ["à1", "Größe – 日本", "not_started", 1]],
  [
    "\uFEFF- [x] **Phase 7: With a byte order mark**\r\n",
    ["7", "With a byte order mark", "done", 1],
  ],
])("%j is the line of a phase", (text, phase) => {
  expect(phasesIn(text)).toEqual([phase]);
});

test.each([
  "- [y] **Phase 1: A**",
  "- [] **Phase 1: A**",
  "- [ ]**Phase 1: A**",
  "-[ ] **Phase 1: A**",
  "- [ ] Phase 1: A",
  "- [ ] **Phase: A**",
  "- [ ] **Phases 1: A**",
  "- [ ] **Phase 1 and more: A**",
  "> - [ ] **Phase 1: A**",
  "```\n- [ ] **Phase 1: A**\n```",
  "<!--\n- [ ] **Phase 1: A**\n-->",
  "---\n- [ ] **Phase 1: A**\n---",
  "<details>\n\n- [ ] **Phase 1: A**",
])("%j has none", (text) => {
  expect(phasesIn(text)).toEqual([]);
});

test("phases come in the order of their lines, each with its number", () => {
  const text = "# A\r\n\r\n- [x] **Phase 2: b**\r\n- [ ] **Phase 1: a**\r\n";
  expect(phasesIn(text)).toEqual([
    ["2", "b", "done", 3],
    ["1", "a", "not_started", 4],
  ]);
});

test("a phase is found by its number, whatever zeros are in front of it", () => {
  const roadmap = roadmapOf(
    "- [x] **Phase 02: b**\n- [ ] **Phase 2.1: c**\n- [ ] **Phase 2a: d**\n- [ ] **Phase 2.10: e**\n",
  );
  const ids = ["2", "002", "2.1", "02.01", "2a", "2.10"];
  expect(ids.map((id) => requireLine(roadmap, id).line)).toEqual([1, 1, 2, 2, 3, 4]);
});

test("a phase that is not there, or only archived, or written in another form, or there twice, is an error that says so", () => {
  const roadmap = roadmapOf(
    "- [ ] **Phase 2: b**\n- [x] **Phase 02: b**\n- [ ] Phase 04: d\n<details>\n\n- [x] **Phase 1: a**\n- [ ] **Phase 2: b**\n",
  );
  const faultOf = (id: string): PhaseError | undefined => {
    try {
      requireLine(roadmap, id);
      return undefined;
    } catch (error) {
      return error as PhaseError;
    }
  };
  expect(faultOf("3")).toMatchObject({
    code: "PLANNING_PHASE_NOT_FOUND",
    message: "phase 3 is not in .planning/ROADMAP.md",
  });
  expect(faultOf("1")).toMatchObject({
    code: "PLANNING_PHASE_NOT_FOUND",
    reason: "is not in .planning/ROADMAP.md but archived: inside <details>, on line 6",
  });
  expect(faultOf("4")).toMatchObject({
    code: "PLANNING_PHASE_NOT_FOUND",
    reason: "is not in .planning/ROADMAP.md: line 3 names it, but not as `- [ ] **Phase 4: …**`",
  });
  expect(faultOf("2")).toMatchObject({
    code: "PLANNING_PHASE_AMBIGUOUS",
    reason: "is on several lines of .planning/ROADMAP.md: 1, 2",
  });
});
