import { mkdirSync, rmSync, statSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, assertPrintable, envelope, type Failure } from "./assert-failure.ts";
import { worktrees } from "./lease-checkout.ts";
import {
  EVIDENCE,
  FOLDER,
  LESSONS,
  ROADMAP,
  ROADMAP_TEXT,
  roadmapCheckout,
  textOf,
  touchDaysAgo,
  writeFiles,
} from "./roadmap-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const DONE_TEXT = ROADMAP_TEXT.replace("[-]", "[x]");

test("done changes exactly one place of the roadmap, from any subfolder", async () => {
  const dir = roadmapCheckout(EVIDENCE);
  const done = await cabinet(join(dir, "src/deep"), ["phase-status", "03", "done"]);
  expect(done).toEqual({
    code: 0,
    stdout: "Phase 3 is now done; it was in_progress.\nIts gate is passed.\n",
    stderr: "",
  });
  expect(textOf(dir, ROADMAP)).toBe(DONE_TEXT);
  const { ino } = statSync(join(dir, ROADMAP));
  const again = await cabinet(dir, ["phase-status", "3", "done"]);
  expect(again).toEqual({ code: 0, stdout: "Phase 3 is done already.\n", stderr: "" });
  expect(statSync(join(dir, ROADMAP)).ino).toBe(ino);
});

test("with --json it says all that became of the phase", async () => {
  const dir = roadmapCheckout(EVIDENCE);
  const { code, stdout } = await cabinet(dir, ["phase-status", "3", "done", "--json"]);
  expect(code).toBe(0);
  expect(envelope(stdout).data).toEqual({
    root: { path: dir, rule: "marker" },
    phase: "3",
    title: "Login",
    previous: "in_progress",
    status: "done",
    isChanged: true,
    gate: { state: "passed", missing: [] },
    recorded: null,
  });
  const back = await cabinet(dir, ["phase-status", "3", "todo", "--json"]);
  expect(envelope(back.stdout).data).toMatchObject({ status: "not_started", gate: null });
  expect(textOf(dir, ROADMAP)).toBe(ROADMAP_TEXT.replace("[-]", "[ ]"));
});

test("the status line of a phase is written also where only it says something else", async () => {
  const text = "- [x] **Phase 1: a**\n\n## Phase 1\n\n**Status**: Todo\n";
  const dir = roadmapCheckout({}, text);
  const { stdout } = await cabinet(dir, ["phase-status", "1", "done"]);
  expect(stdout).toBe("Phase 1 is done; its **Status** line says so now.\n");
  expect(textOf(dir, ROADMAP)).toBe(text.replace("Todo", "Done"));
});

test("without a status it shows the phase and its gate, and changes nothing", async () => {
  const dir = roadmapCheckout({ ...EVIDENCE, [`${FOLDER}/03-VERIFICATION.md`]: "" });
  const shown = await cabinet(dir, ["phase-status", "3"]);
  const missing = `${FOLDER}/03-VERIFICATION.md is empty`;
  expect(shown).toEqual({
    code: 0,
    stdout: `Phase 3 (Login) is in_progress.\nMissing: ${missing}.\n`,
    stderr: "",
  });
  const json = await cabinet(dir, ["phase-status", "1", "--json"]);
  expect(envelope(json.stdout).data).toMatchObject({
    phase: "1",
    previous: "done",
    status: "done",
    isChanged: false,
    gate: { state: "skipped", reason: "the phase has no folder in .planning/phases" },
    recorded: null,
  });
  expect(textOf(dir, ROADMAP)).toBe(ROADMAP_TEXT);
});

test("a gate that is skipped says so, and why", async () => {
  const dir = roadmapCheckout();
  const { stdout } = await cabinet(dir, ["phase-status", "2", "done"]);
  expect(stdout).toBe(
    "Phase 2 is now done; it was not_started.\nIts gate is skipped: the phase has no folder in .planning/phases.\n",
  );
});

const refusals: Failure[] = [
  ["without the check of its plan", `${FOLDER}/03-PLAN-CHECK.md`],
  ["without its verification", `${FOLDER}/03-VERIFICATION.md`],
  ["without lessons", LESSONS],
].map(([title = "", path = ""]) => ({
  title,
  args: ["phase-status", "3", "done"],
  prepare: (dir) => rmSync(join(dir, path)),
  code: "PLANNING_GATE_REFUSED",
  sentence: () => `Phase 3 cannot be done yet: ${path} is missing.`,
}));

test.each<Failure>([
  ...refusals,
  {
    title: "with an empty check and no verification",
    args: ["phase-status", "3", "done"],
    prepare: (dir) => {
      truncateSync(join(dir, FOLDER, "03-PLAN-CHECK.md"));
      rmSync(join(dir, FOLDER, "03-VERIFICATION.md"));
    },
    code: "PLANNING_GATE_REFUSED",
    sentence: () =>
      `Phase 3 cannot be done yet: ${FOLDER}/03-PLAN-CHECK.md is empty; ${FOLDER}/03-VERIFICATION.md is missing.`,
  },
  {
    title: "with lessons of last week",
    args: ["phase-status", "3", "done"],
    prepare: (dir) => touchDaysAgo(dir, LESSONS, 8),
    code: "PLANNING_GATE_REFUSED",
    sentence: (dir) =>
      `Phase 3 cannot be done yet: ${LESSONS} was last touched at ${statSync(join(dir, LESSONS)).mtime.toISOString()}, more than 7 days ago.`,
  },
  {
    title: "by force without a reason",
    args: ["phase-status", "3", "done", "--force"],
    code: "PLANNING_REASON_MISSING",
    sentence: () => "Phase 3 cannot be set to done by force without a reason.",
  },
  {
    title: "that is not in the roadmap",
    args: ["phase-status", "4", "done"],
    code: "PLANNING_PHASE_NOT_FOUND",
    sentence: () => "Phase 4 is not in .planning/ROADMAP.md.",
  },
  {
    title: "that is named in another form",
    args: ["phase-status", "04", "done"],
    prepare: (dir) => writeFiles(dir, { [ROADMAP]: `${ROADMAP_TEXT}- [ ] Phase 4: Docs\n` }),
    code: "PLANNING_PHASE_NOT_FOUND",
    sentence: () =>
      "Phase 04 is not in .planning/ROADMAP.md: line 13 names it, but not as `- [ ] **Phase 04: …**`.",
  },
  {
    title: "that is archived",
    args: ["phase-status", "9"],
    code: "PLANNING_PHASE_NOT_FOUND",
    sentence: () =>
      "Phase 9 is not in .planning/ROADMAP.md but archived: inside <details>, on line 9.",
  },
  {
    title: "that is there twice",
    args: ["phase-status", "1", "todo"],
    prepare: (dir) => writeFiles(dir, { [ROADMAP]: `- [ ] **Phase 01: x**\n${ROADMAP_TEXT}` }),
    code: "PLANNING_PHASE_AMBIGUOUS",
    sentence: () => "Phase 1 is on several lines of .planning/ROADMAP.md: 1, 4.",
  },
  {
    title: "that has two folders",
    args: ["phase-status", "3", "done"],
    prepare: (dir) => mkdirSync(join(dir, ".planning/phases/3-logout")),
    code: "PLANNING_PHASE_AMBIGUOUS",
    sentence: () => `Phase 3 has several folders: ${FOLDER}, .planning/phases/3-logout.`,
  },
  {
    title: "without a roadmap",
    args: ["phase-status", "3", "done"],
    prepare: (dir) => rmSync(join(dir, ROADMAP)),
    code: "PLANNING_ROADMAP_MISSING",
    sentence: (dir) => `Phase 3 cannot be found: there is no ${join(dir, ROADMAP)}.`,
  },
  {
    title: "in a roadmap that is elsewhere",
    args: ["phase-status", "3", "done"],
    prepare: (dir) => {
      rmSync(join(dir, ROADMAP));
      symlinkSync("/etc/passwd", join(dir, ROADMAP));
    },
    code: "PLANNING_OUTSIDE",
    sentence: (dir) =>
      `${join(dir, ROADMAP)} is not used: it is a link that leads out of ${join(dir, ".planning")}. Nothing was changed.`,
  },
  {
    title: "to a status that is none",
    args: ["phase-status", "3", "complete"],
    code: "CABINET_USAGE",
    sentence: () => '"complete" is no status of a phase.',
  },
  {
    title: "with a reason for nothing",
    args: ["phase-status", "3", "done", "--reason", "x"],
    code: "CABINET_USAGE",
    sentence: () => "--reason is for --force only.",
  },
  {
    title: "with force for nothing",
    args: ["phase-status", "3", "--force", "--reason", "x"],
    code: "CABINET_USAGE",
    sentence: () => "--force is for the status done only.",
  },
  {
    title: "to another status by force",
    args: ["phase-status", "3", "todo", "--force", "--reason", "x"],
    code: "CABINET_USAGE",
    sentence: () => "--force is for the status done only.",
  },
  {
    title: "by force to a status that is none",
    args: ["phase-status", "3", "complete", "--force", "--reason", "x"],
    code: "CABINET_USAGE",
    sentence: () => '"complete" is no status of a phase.',
  },
])("a phase $title: one sentence, and nothing changes", async (failure) => {
  const dir = roadmapCheckout(EVIDENCE);
  failure.prepare?.(dir);
  await assertFailure(dir, failure, cabinet);
});

test.each([
  [["phase-status", "a\nb"], "PLANNING_PHASE_INVALID"],
  [
    ["phase-status", "3", "done", "--force", "--reason", "x".repeat(1001)],
    "PLANNING_REASON_INVALID",
  ],
  [["phase-status", "3", "todo", "--force"], "CABINET_USAGE"],
])("%j is a mistake of the command line", async (args, code) => {
  const { code: exitCode, stdout } = await cabinet(roadmapCheckout(), [...args, "--json"]);
  expect(exitCode).toBe(2);
  expect(envelope(stdout)).toMatchObject({ ok: false, error: { code } });
});

test("the statuses that there are stand in the hint", async () => {
  const { stderr } = await cabinet(roadmapCheckout(), ["phase-status", "3", "complete"]);
  expect(stderr).toContain("The statuses are not_started, todo, in_progress, done.");
});

test("by force it is done on record: one entry behind those that are there", async () => {
  const dir = roadmapCheckout({ ...EVIDENCE, [`${FOLDER}/03-PLAN-CHECK.md`]: "" });
  const args = ["phase-status", "3", "done", "--force", "--reason", "the client waits"];
  const missing = `${FOLDER}/03-PLAN-CHECK.md is empty`;
  const forced = await cabinet(dir, args);
  expect(forced).toEqual({
    code: 0,
    stdout: `Phase 3 is now done; it was in_progress.\nMissing: ${missing}.\nRecorded as LL-7 in ${LESSONS}.\n`,
    stderr: "",
  });
  expect(textOf(dir, ROADMAP)).toBe(DONE_TEXT);
  const lessons = textOf(dir, LESSONS);
  expect(lessons).toMatch(
    /^# Lessons learned\n\n### LL-6: A lesson\n\n### LL-7: Phase 3 was set to done without its evidence\n\n- Date: \d{4}-.*Z\n- Roadmap as of: \d{4}-.*Z\n- Missing: .*\n- Reason: the client waits\n$/,
  );
  expect(lessons).toContain(`- Missing: ${missing}\n`);
  const again = await cabinet(dir, [...args, "--json"]);
  expect(envelope(again.stdout).data).toMatchObject({ isChanged: false, recorded: null });
  expect(textOf(dir, LESSONS)).toBe(lessons);
});

test("each worktree has its own roadmap", async () => {
  const { main, linked } = worktrees(true);
  writeFiles(linked, { [ROADMAP]: ROADMAP_TEXT });
  const { code } = await cabinet(join(linked, "src/deep"), ["phase-status", "2", "in_progress"]);
  expect(code).toBe(0);
  expect(textOf(linked, ROADMAP)).toContain("- [-] **Phase 2: Leases**");
  expect(textOf(main, ROADMAP)).toBe("");
  const there = ["phase-status", "2", "todo", "--workspace-root", linked];
  expect(await cabinet(temporaryFolder(), there)).toMatchObject({ code: 0 });
  expect(textOf(linked, ROADMAP)).toBe(ROADMAP_TEXT);
});

test("what stands in files does not reach the terminal as it is", async () => {
  const hostile = "b\u001b[2J\u202ec";
  const dir = roadmapCheckout(EVIDENCE, `- [ ] **Phase 3: ${hostile}**\n`);
  await cabinet(dir, ["lease", "grant", "4", "--agent", hostile, "--worktree", hostile]);
  await cabinet(dir, ["lease", "grant", "3", "--agent", hostile]);
  const runs = [
    ["phase-status", "3"],
    ["phase-status", hostile],
    ["phase-status", "3", hostile],
    ["phase-status", "3", "done"],
    ["closeout-report"],
    ["closeout-report", "--phase", "\u202e1"],
  ];
  for (const args of runs) {
    for (const flags of [[], ["--json"], ["--verbose"]]) {
      const { stdout, stderr } = await cabinet(dir, [...args, ...flags]);
      assertPrintable(stdout + stderr);
    }
  }
});
