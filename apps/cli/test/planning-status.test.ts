import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { envelope } from "./assert-failure.ts";
import { writeLeases } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { specCheckout } from "./spec-checkout.ts";

const ROADMAP =
  "# Roadmap\n\n- [x] **Phase 1: Sketch**\n- [-] **Phase 2: Form**\n- [ ] **Phase 3: Pay**\n";

/** A spec is active, a plan half done, phase 2 in progress, and phase 3 leased to somebody. */
async function halfDoneCheckout(): Promise<string> {
  const dir = await specCheckout("login", "search");
  writeFileSync(join(dir, ".planning/ROADMAP.md"), ROADMAP);
  await cabinet(dir, ["planning", "activate", "login"]);
  await cabinet(dir, ["planning", "update-branch", "--branch", "feat/login"]);
  await cabinet(dir, ["run-state", "checkpoint", "--plan", "02-1", "--task", "3", "--of", "8"]);
  await cabinet(dir, ["lease", "grant", "3", "--agent", "payments"]);
  return dir;
}

test("one call tells which spec is active, where it stood, and what may not be closed yet", async () => {
  const dir = await halfDoneCheckout();
  const { code, stdout, stderr } = await cabinet(join(dir, "src"), ["planning", "status"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toEqual([
    "spec    login (active)",
    "file    specs/login.md",
    "branch  feat/login",
    "run     Plan 02-1 is under way: 3 of 8 tasks completed.",
    "",
    "Phase 2: blocked",
    expect.stringMatching(/^\[BLOCK\] phase 3 has an open lease of payments/),
    "[INFO] the gate is skipped: the phase has no folder in .planning/phases",
    expect.stringMatching(/^Wait for the end of the work on phase 3/),
    "",
  ]);

  const json = await cabinet(dir, ["planning", "status", "--json"]);
  expect(envelope(json.stdout).data).toMatchObject({
    active: "login",
    spec: { name: "login", lastKnownBranch: "feat/login", isActive: true },
    executor: null,
    resume: { kind: "checkpoint", checkpoint: { plan: "02-1", last_completed_task: 3 } },
    closeout: { phase: "2", status: "blocked", registry: { leases: [{ tag: "BLOCK" }] } },
  });
});

test("another spec is told about too, and no spec at all hides no phase", async () => {
  const dir = await halfDoneCheckout();
  const other = await cabinet(dir, ["planning", "status", "--spec", "search"]);
  expect(other.stdout).toMatch(/^spec +search\nfile .*\nbranch +none is known\nrun +Nothing/);
  await cabinet(dir, ["planning", "deactivate"]);
  const none = await cabinet(dir, ["planning", "status"]);
  expect(none.stdout).toMatch(/^No spec is active\.\n\nPhase 2: blocked\n/);
});

test("what is damaged is a warning, and hides nothing else", async () => {
  const dir = await halfDoneCheckout();
  writeFileSync(join(dir, ".planning/login/.long-run/checkpoint.json"), "{");
  writeFileSync(join(dir, ".planning/ROADMAP.md"), `${ROADMAP}- [ ] **Phase 2: Again**\n`);
  writeLeases(dir, "{");
  const { code, stdout } = await cabinet(dir, ["planning", "status", "--json"]);
  expect([code, envelope(stdout)]).toMatchObject([
    0,
    {
      data: { spec: { name: "login" }, resume: null, closeout: { status: "blocked" } },
      warnings: [{ code: "PLANNING_RUN_DAMAGED" }],
    },
  ]);
});

test.each([
  [
    "a status",
    "PLANNING_STATUS_CORRUPT",
    { active: "login", spec: null, closeout: { phase: "2" } },
    (dir: string) => writeFileSync(join(dir, ".planning/login/status.yaml"), "- damaged"),
  ],
  [
    "a run that lies elsewhere",
    "PLANNING_OUTSIDE",
    { spec: { name: "login" }, resume: null, closeout: { phase: "2" } },
    (dir: string) => {
      const outside = temporaryFolder();
      const history = { version: "1.0", entries: [{ agent_id: "SECRET", status: "spawned" }] };
      writeFileSync(join(outside, "agent-history.json"), JSON.stringify(history));
      rmSync(join(dir, ".planning/login/.long-run"), { recursive: true });
      symlinkSync(outside, join(dir, ".planning/login/.long-run"));
    },
  ],
  [
    "a roadmap that is a folder",
    "PLANNING_UNREADABLE",
    { spec: { name: "login" }, resume: { kind: "checkpoint" }, closeout: null },
    (dir: string) => {
      rmSync(join(dir, ".planning/ROADMAP.md"));
      mkdirSync(join(dir, ".planning/ROADMAP.md"));
    },
  ],
  [
    "a repository that is away",
    "WORKSPACE_UNREACHABLE",
    { spec: { name: "login" }, resume: { kind: "checkpoint" }, closeout: null },
    (dir: string) => {
      rmSync(join(dir, ".git"), { recursive: true });
      writeFileSync(join(dir, ".git"), "gitdir: /nowhere/.git/worktrees/x\n");
    },
  ],
] as const)("%s is a warning, and all the rest is told", async (_, code, data, damage) => {
  const dir = await halfDoneCheckout();
  damage(dir);
  const printed = await cabinet(dir, ["planning", "status", "--json"]);
  expect([printed.code, envelope(printed.stdout)]).toMatchObject([
    0,
    { data, warnings: [{ code }] },
  ]);
  expect(printed.stdout).not.toContain("SECRET");
  expect((await cabinet(dir, ["planning", "status"])).code).toBe(0);
});

test("a spec file that is not there, or not in the checkout, is marked as that", async () => {
  const dir = await halfDoneCheckout();
  const status = (spec: string): void =>
    writeFileSync(join(dir, ".planning/login/status.yaml"), `name: login\nspec: ${spec}\n`);
  for (const [spec, specFile] of [
    ["specs/login.md", "present"],
    ["specs/gone.md", "missing"],
    ["../../etc/passwd", "outside"],
  ] as const) {
    status(spec);
    const { stdout } = await cabinet(dir, ["planning", "status", "--json"]);
    expect(envelope(stdout).data).toMatchObject({ specFile });
  }
  expect((await cabinet(dir, ["planning", "status"])).stdout).toContain("passwd (outside)");
});
