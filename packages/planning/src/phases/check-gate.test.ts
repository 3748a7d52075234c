import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  EVIDENCE,
  FOLDER,
  LESSONS,
  NOW,
  phasesCheckout,
  touch,
} from "../../test/phases-checkout.ts";
import { checkGate } from "./check-gate.ts";

const OUTSIDE = expect.objectContaining({ code: "PLANNING_OUTSIDE" });
const CHECK = `${FOLDER}/03-PLAN-CHECK.md`;

test("it is passed by the phase's files and by lessons that are fresh, in any spelling of the number", () => {
  const root = phasesCheckout(EVIDENCE);
  for (const phase of [3, "3", "003"]) {
    expect(checkGate(root, phase)).toEqual({ state: "passed", missing: [] });
  }
  const other = phasesCheckout({
    ".planning/phases/3-login/003-PLAN-CHECK.md": "",
    ".planning/phases/3-login/3-PLAN-CHECK.md": "x",
    ".planning/phases/3-login/03-VERIFICATION.md": "x",
    [LESSONS]: "",
  });
  expect(checkGate(other, "03")).toEqual({ state: "passed", missing: [] });
});

test.each(Object.keys(EVIDENCE))("it is refused without %s, which it names", (path) => {
  const { [path]: _left, ...others } = EVIDENCE as Record<string, string>;
  const root = phasesCheckout({ ...others, ".internal-research/": "" });
  expect(checkGate(root, 3)).toEqual({ state: "refused", missing: [`${path} is missing`] });
});

test("it is refused for a file that is empty or a folder, and for lessons that are old", () => {
  const root = phasesCheckout({ ...EVIDENCE, [CHECK]: "" });
  expect(checkGate(root, 3).missing).toEqual([`${CHECK} is empty`]);
  const { [CHECK]: _left, ...others } = EVIDENCE;
  const folder = phasesCheckout({ ...others, [`${CHECK}/`]: "" });
  expect(checkGate(folder, 3).missing).toEqual([`${CHECK} is not a regular file`]);
  const old = phasesCheckout(EVIDENCE);
  touch(old, LESSONS, new Date("2026-09-01T00:00:00.000Z"));
  expect(checkGate(old, 3, { now: NOW }).missing).toEqual([
    `${LESSONS} was last touched at 2026-09-01T00:00:00.000Z, more than 7 days ago`,
  ]);
});

test("it is skipped without a folder of the phase, and without a folder for lessons", () => {
  const { [LESSONS]: _left, ...others } = EVIDENCE;
  expect(checkGate(phasesCheckout(EVIDENCE), 2)).toMatchObject({ state: "skipped" });
  expect(checkGate(phasesCheckout(others), 3)).toMatchObject({ state: "skipped" });
  expect(checkGate(temporaryFolder(), 3)).toMatchObject({ state: "skipped" });
  const files = phasesCheckout({ ".planning/phases/03-notes.md": "", [LESSONS]: "" });
  expect(checkGate(files, 3)).toMatchObject({ state: "skipped" });
});

test("it is skipped, and says so, where a file has the name of a folder", () => {
  const folder = { [`${FOLDER}/`]: "" };
  const reasonIn = (files: Record<string, string>) => checkGate(phasesCheckout(files), 3).reason;
  const reasons = [
    {},
    folder,
    { ".planning/phases": "" },
    { ...folder, ".internal-research": "" },
    { ".planning/phases": "", ".internal-research": "" },
  ].map(reasonIn);
  expect(reasons).toEqual([
    "the phase has no folder in .planning/phases",
    "there is no folder .internal-research",
    ".planning/phases is not a folder",
    ".internal-research is not a folder",
    ".planning/phases is not a folder",
  ]);
});

test.each([
  ["2.1", "2.1-fix"],
  ["3a", "3a-tests"],
  ["my-phase", "my-phase-login"],
  ["3", "03"],
  ["2.1", "02.1-fix"],
  ["01.5", "1.05-fix"],
])("phase %s has the folder %s", (phase, name) => {
  const root = phasesCheckout({ [`.planning/phases/${name}/`]: "", [LESSONS]: "" });
  // As the folder has it.
  const id = /^[\d.]+(?=-|$)/.exec(name)?.[0] ?? phase;
  expect(checkGate(root, phase).missing).toEqual([
    `.planning/phases/${name}/${id}-PLAN-CHECK.md is missing`,
    `.planning/phases/${name}/${id}-VERIFICATION.md is missing`,
  ]);
});

test("several folders of one phase are an error that names them", () => {
  const root = phasesCheckout({ ".planning/phases/3-a/": "", ".planning/phases/03-b/": "" });
  expect(() => checkGate(root, 3)).toThrow(
    expect.objectContaining({
      code: "PLANNING_PHASE_AMBIGUOUS",
      reason: "has several folders: .planning/phases/03-b, .planning/phases/3-a",
    }),
  );
});

test("evidence that a link brings in from outside is none", () => {
  const outside = phasesCheckout(EVIDENCE);
  const root = phasesCheckout({ [LESSONS]: "" });
  mkdirSync(join(root, ".planning/phases"));
  symlinkSync(join(outside, FOLDER), join(root, FOLDER));
  expect(() => checkGate(root, 3)).toThrow(OUTSIDE);
  for (const path of [CHECK, LESSONS]) {
    const { [path]: _left, ...others } = EVIDENCE as Record<string, string>;
    const linked = phasesCheckout({ ...others, ".internal-research/": "" });
    symlinkSync(join(outside, path), join(linked, path));
    expect(() => checkGate(linked, 3)).toThrow(OUTSIDE);
  }
});
