import { expect, test } from "vitest";

import { findMention } from "./phase-mention.ts";
import { parseRoadmap } from "./roadmap.ts";

const mentionIn = (text: string, phase = "4"): number | undefined =>
  findMention(parseRoadmap(Buffer.from(text)), phase);

test.each([
  "- [ ] Phase 4: Docs",
  "- [ ] phase 04 - Docs",
  "- **Phase 4: Docs**",
  "* [y] **Phase 4: Docs**",
  "- [ ]**Phase 4**",
  "- [] **Phase 4 and more: Docs**",
  "4. [x] __Phase 4__",
  "1) Phase 4. Docs",
  "> - [ ] **Phase 4: Docs**",
  "| Phase 4 | todo |",
  "Phase 4— Docs",
  "  ~~Phase 4~~",
  "### Phase 4: Docs",
  "`Phase 4`",
])("%j names the phase", (line) => {
  expect(mentionIn(`# Roadmap\n\n${line}\n`)).toBe(3);
});

test.each([
  "- [ ] Phase 4a: Docs",
  "- [ ] Phase 4.1: Docs",
  "- [ ] Phases 4 and 5",
  "It depends on Phase 4",
  "- [ ] Phase: 4",
  "```\n- [ ] Phase 4: Docs\n```",
  "<!--\nPhase 4\n-->",
  "<details>\n\n- [ ] Phase 4: Docs\n",
])("%j does not", (text) => {
  expect(mentionIn(text)).toBeUndefined();
});

test("the section of a phase is named only where no other line is", () => {
  const section = "## Phase 2.10: a\n\nPhase 4\n---\n";
  expect(mentionIn(section, "02.10")).toBe(1);
  expect(mentionIn(`${section}- [ ] Phase 2.10: a\n`, "2.10")).toBe(5);
  expect(mentionIn("- Phase à1\n", "à1")).toBe(1);
});

test("a line of a megabyte of marks is no trouble", () => {
  expect(mentionIn("[ ] 1. ".repeat(2 ** 17))).toBeUndefined();
  expect(mentionIn(`${"*".repeat(2 ** 20)}Phase 4`)).toBe(1);
  expect(mentionIn(`Phase ${".".repeat(2 ** 20)}b\n`)).toBeUndefined();
});
