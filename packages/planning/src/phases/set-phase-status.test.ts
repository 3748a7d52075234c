import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  entriesOf,
  EVIDENCE,
  FOLDER,
  LESSONS,
  NOW,
  phasesCheckout,
  ROADMAP,
  ROADMAP_TEXT,
  textOf,
  touch,
} from "../../test/phases-checkout.ts";
import { setPhaseStatus } from "./set-phase-status.ts";

const DONE_TEXT = ROADMAP_TEXT.replace("[-] **Phase 3", "[x] **Phase 3").replace(
  ": In progress",
  ": Done",
);
const withoutEvidence = (): string =>
  phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" });
const withCode = (code: string) => expect.objectContaining({ code });

test("a phase with its evidence is set to done, in its line and in its section", () => {
  const root = phasesCheckout(EVIDENCE);
  expect(setPhaseStatus(root, 3, "done")).toEqual({
    phase: "3",
    title: "Login",
    previous: "in_progress",
    status: "done",
    isChanged: true,
    gate: { state: "passed", missing: [] },
    recorded: undefined,
  });
  expect(textOf(root, ROADMAP)).toBe(DONE_TEXT);
  expect(readdirSync(join(root, ".planning")).toSorted()).toEqual(["ROADMAP.md", "phases"]);
});

test("without its evidence it is refused, and every missing thing named", () => {
  const root = withoutEvidence();
  const missing = [
    `${FOLDER}/03-PLAN-CHECK.md is missing`,
    `${FOLDER}/03-VERIFICATION.md is missing`,
    `${LESSONS} is missing`,
  ];
  expect(() => setPhaseStatus(root, "03", "done")).toThrow(
    expect.objectContaining({ code: "PLANNING_GATE_REFUSED", phase: "3", missing }),
  );
  expect(textOf(root, ROADMAP)).toBe(ROADMAP_TEXT);
});

test("what is so already is not written, and not asked for at the gate", () => {
  const root = phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" }, DONE_TEXT);
  touch(root, ROADMAP, NOW);
  const options = { force: true, reason: "again" };
  expect(setPhaseStatus(root, 3, "done", options)).toMatchObject({
    previous: "done",
    isChanged: false,
    gate: undefined,
    recorded: undefined,
  });
  expect(setPhaseStatus(root, 2, "todo")).toMatchObject({
    status: "not_started",
    isChanged: false,
  });
  expect(statSync(join(root, ROADMAP)).mtime).toEqual(NOW);
  expect(readdirSync(join(root, ".internal-research"))).toEqual([]);
});

test("back from done, and to any other status, there is no gate", () => {
  const root = phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" }, DONE_TEXT);
  expect(setPhaseStatus(root, 3, "in_progress")).toMatchObject({
    isChanged: true,
    gate: undefined,
  });
  expect(textOf(root, ROADMAP)).toBe(ROADMAP_TEXT);
});

test("by force it is done on record, once for each time that it is", () => {
  const root = withoutEvidence();
  const options = { force: true, reason: "the\nclient <!-- waits", now: NOW };
  expect(setPhaseStatus(root, 3, "done", options)).toMatchObject({
    isChanged: true,
    gate: { state: "refused" },
    recorded: "LL-1",
  });
  const lessons = textOf(root, LESSONS);
  expect(lessons).toContain("\n- Reason: the client &lt;!-- waits\n");
  expect(lessons).toContain(
    `\n- Missing: ${FOLDER}/03-PLAN-CHECK.md is missing; ${FOLDER}/03-VERIFICATION.md is missing; ${LESSONS} is missing\n`,
  );
  setPhaseStatus(root, 3, "in_progress");
  // Not within one tick of the file system's clock.
  touch(root, ROADMAP, new Date("2026-10-07"));
  expect(setPhaseStatus(root, 3, "done", options)).toMatchObject({ recorded: "LL-2" });
  expect(textOf(root, LESSONS).startsWith(lessons)).toBe(true);
  expect(entriesOf(root)).toHaveLength(2);
});

test("force without need records nothing", () => {
  const root = phasesCheckout(EVIDENCE);
  const options = { force: true, reason: "just in case" };
  expect(setPhaseStatus(root, 3, "done", options)).toMatchObject({
    gate: { state: "passed" },
    recorded: undefined,
  });
  expect(textOf(root, LESSONS)).toBe(EVIDENCE[LESSONS]);
});

test("force without a reason is refused before anything is read", () => {
  const nowhere = join(temporaryFolder(), "nowhere");
  for (const reason of [undefined, " "]) {
    expect(() => setPhaseStatus(nowhere, 3, "done", { force: true, reason })).toThrow(
      withCode("PLANNING_REASON_MISSING"),
    );
  }
});

test("force is a mistake of the caller for any other status, and nothing is read", () => {
  const nowhere = join(temporaryFolder(), "nowhere");
  const options = { force: true, reason: "the client waits" };
  expect(() => setPhaseStatus(nowhere, 3, "todo", options)).toThrow(TypeError);
});

test("a phase or a roadmap that is not there is an error, and no lock is left", () => {
  const root = phasesCheckout();
  expect(() => setPhaseStatus(root, 7, "todo")).toThrow(withCode("PLANNING_PHASE_NOT_FOUND"));
  expect(() => setPhaseStatus(root, 9, "todo")).toThrow(/archived: inside <details>, on line 9/);
  expect(readdirSync(join(root, ".planning"))).toEqual(["ROADMAP.md"]);
  const empty = temporaryFolder();
  expect(() => setPhaseStatus(empty, 7, "todo")).toThrow(withCode("PLANNING_ROADMAP_MISSING"));
  expect(readdirSync(empty)).toEqual([]);
});

test("a status that is none is a mistake of the caller", () => {
  // @ts-expect-error: no such word
  expect(() => setPhaseStatus(phasesCheckout(), 3, "complete")).toThrow(TypeError);
});

test("links that lead out are not followed", () => {
  const outside = temporaryFolder();
  writeFileSync(join(outside, "ROADMAP.md"), ROADMAP_TEXT);
  const root = temporaryFolder();
  mkdirSync(join(root, ".planning"));
  symlinkSync(join(outside, "ROADMAP.md"), join(root, ROADMAP));
  expect(() => setPhaseStatus(root, 2, "done")).toThrow(withCode("PLANNING_OUTSIDE"));
  const other = phasesCheckout({ [`${FOLDER}/`]: "" });
  symlinkSync(outside, join(other, ".internal-research"));
  const options = { force: true, reason: "r" };
  expect(() => setPhaseStatus(other, 3, "done", options)).toThrow(withCode("PLANNING_OUTSIDE"));
  const third = phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" });
  symlinkSync(join(outside, "new.md"), join(third, LESSONS));
  expect(() => setPhaseStatus(third, 3, "done", options)).toThrow(withCode("PLANNING_OUTSIDE"));
  expect(readdirSync(outside)).toEqual(["ROADMAP.md"]);
  for (const dir of [other, third]) expect(textOf(dir, ROADMAP)).toBe(ROADMAP_TEXT);
});

test("where no entry can be added, the phase is not done either", () => {
  const lessons = "```\nan open fence\n";
  const root = phasesCheckout({ [`${FOLDER}/`]: "", [LESSONS]: lessons });
  const options = { force: true, reason: "r" };
  expect(() => setPhaseStatus(root, 3, "done", options)).toThrow(withCode("PLANNING_UNREADABLE"));
  expect(textOf(root, ROADMAP)).toBe(ROADMAP_TEXT);
  expect(textOf(root, LESSONS)).toBe(lessons);
});

test("a roadmap of more than a megabyte is not parsed", () => {
  const root = phasesCheckout({}, ROADMAP_TEXT + " ".repeat(2 ** 20));
  expect(() => setPhaseStatus(root, 3, "todo")).toThrow(withCode("PLANNING_TOO_LARGE"));
});
