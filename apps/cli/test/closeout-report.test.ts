import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, envelope } from "./assert-failure.ts";
import { filesOf } from "./checkout.ts";
import { REGISTRY, worktrees, writeLeases } from "./lease-checkout.ts";
import {
  EVIDENCE,
  FOLDER,
  LESSONS,
  ROADMAP,
  ROADMAP_TEXT,
  roadmapCheckout,
  writeFiles,
} from "./roadmap-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const SKIPPED = "the phase has no folder in .planning/phases";
const CLEAR = [
  "Phase 1: clear",
  `[INFO] the gate is skipped: ${SKIPPED}`,
  "Go on with phase 2: `cabinet lease run 2 -- <command>`.",
  "",
].join("\n");

test("with nothing in the way: exit 0, and no key for a registry that is not there", async () => {
  const dir = roadmapCheckout();
  const files = filesOf(dir);
  const plain = await cabinet(join(dir, "src/deep"), ["closeout-report"]);
  expect(plain).toEqual({ code: 0, stdout: CLEAR, stderr: "" });
  const { code, stdout } = await cabinet(dir, ["closeout-report", "--json"]);
  expect(code).toBe(0);
  expect(envelope(stdout)).toMatchObject({ ok: true });
  expect(envelope(stdout).data).toEqual({
    root: { path: dir, rule: "marker" },
    phase: "1",
    status: "clear",
    blockers: [],
    warnings: [],
    next_safe_action: "Go on with phase 2: `cabinet lease run 2 -- <command>`.",
    gate: { state: "skipped", missing: [], reason: SKIPPED },
  });
  expect(filesOf(dir)).toEqual(files);
});

test("an open lease of another phase blocks, one's own informs", async () => {
  const dir = roadmapCheckout();
  await cabinet(dir, ["lease", "grant", "1", "--agent", "ann"]);
  const own = await cabinet(dir, ["closeout-report", "--phase", "01"]);
  expect(own).toMatchObject({ code: 0, stderr: "" });
  expect(own.stdout.split("\n")).toEqual([
    "Phase 1: clear",
    expect.stringMatching(
      /^\[INFO\] phase 1 has an open lease of its own, granted to ann at .*Z; its holder is unknown$/,
    ),
    `[INFO] the gate is skipped: ${SKIPPED}`,
    expect.stringMatching(/^Run `cabinet lease close 1 --epoch \d+`\.$/),
    "",
  ]);
  await cabinet(dir, ["lease", "grant", "4", "--agent", "bob"]);
  const foreign = await cabinet(dir, ["closeout-report", "--phase", "1"]);
  expect(foreign.code).toBe(1);
  expect(foreign.stdout).toContain(
    `[BLOCK] phase 4 has an open lease of bob in ${dir}; its holder is unknown\n[INFO] phase 1 `,
  );
  const json = await cabinet(dir, ["closeout-report", "--json"]);
  expect(json).toMatchObject({ code: 1, stderr: "" });
  expect(envelope(json.stdout)).toMatchObject({
    ok: true,
    data: {
      phase: "1",
      status: "blocked",
      blockers: [{ code: "CLOSEOUT_LEASE_OPEN" }],
      registry: {
        path: join(dir, REGISTRY),
        leases: [
          { tag: "INFO", phase_id: "1", agent_id: "ann" },
          { tag: "BLOCK", phase_id: "4", agent_id: "bob", holder_state: "unknown" },
        ],
      },
    },
  });
  await cabinet(dir, ["lease", "close", "4"]);
  expect(await cabinet(dir, ["closeout-report"])).toMatchObject({ code: 0 });
});

test("the lease of a holder that is gone can be reclaimed first", async () => {
  const dir = roadmapCheckout();
  const past = "2020-01-01T00:00:00.000Z";
  const lease = { phase_id: "4", lease_state: "open", granted_at: past, expires_at: past };
  writeLeases(dir, { schema_version: 1, leases: [lease] });
  const { code, stdout } = await cabinet(dir, ["closeout-report"]);
  expect(code).toBe(1);
  expect(stdout).toContain("its holder is expired");
  expect(stdout).toContain("\nRun `cabinet lease reclaim 4`, then");
});

test("nobody is told to end the lease of somebody who may be at work", async () => {
  const dir = roadmapCheckout();
  await cabinet(dir, ["lease", "grant", "2", "--agent", "bob"]);
  await cabinet(dir, ["lease", "grant", "4", "--holder-pid", String(process.pid)]);
  const action = async (): Promise<string | undefined> =>
    (await cabinet(dir, ["closeout-report"])).stdout.trimEnd().split("\n").at(-1);
  const wait = (phase: number): string =>
    `Wait for the end of the work on phase ${phase}; \`cabinet lease show ${phase}\` says whose it is.`;
  expect(await action()).toBe(wait(2));
  await cabinet(dir, ["lease", "close", "2"]);
  expect(await action()).toBe(wait(4));
});

test("the phase's own lease whose time is over is a warning, and can be reclaimed", async () => {
  const dir = roadmapCheckout();
  const past = "2020-01-01T00:00:00.000Z";
  const lease = { phase_id: "1", lease_state: "open", granted_at: past, expires_at: past };
  writeLeases(dir, { schema_version: 1, leases: [lease] });
  const { code, stdout } = await cabinet(dir, ["closeout-report"]);
  expect(code).toBe(0);
  expect(stdout).toContain(
    "Phase 1: warnings\n[WARN] phase 1 has an open lease; its holder is expired\n",
  );
  expect(stdout).toContain("\nRun `cabinet lease reclaim 1`, then");
  expect(stdout).not.toContain("lease close");
});

test("a registry that was set aside is a warning, until it is moved away", async () => {
  const dir = roadmapCheckout();
  writeLeases(dir, "no JSON");
  await cabinet(dir, ["lease", "list"]);
  const { code, stdout } = await cabinet(dir, ["closeout-report", "--json"]);
  expect(code).toBe(0);
  expect(envelope(stdout)).toMatchObject({
    data: { status: "warnings", warnings: [{ code: "CLOSEOUT_REGISTRY_SET_ASIDE" }] },
  });
  const plain = await cabinet(dir, ["closeout-report"]);
  const [, path = ""] = /^\[WARN\] .* not known: (.*)$/m.exec(plain.stdout) ?? [];
  expect(path).toMatch(/registry\.json\.broken-\d+$/);
  expect(plain.stdout).toContain(
    "\nSee which leases the damaged registry held, move it to another",
  );
  renameSync(path, join(dir, "aside.json"));
  expect((await cabinet(dir, ["closeout-report"])).stdout).toBe(CLEAR);
});

test("a registry that is a link to nothing blocks, and no lease is listed there", async () => {
  const dir = roadmapCheckout();
  writeLeases(dir, "");
  rmSync(join(dir, REGISTRY));
  symlinkSync("gone", join(dir, REGISTRY));
  const report = await cabinet(dir, ["closeout-report"]);
  expect(report.code).toBe(1);
  const reason = `${join(dir, REGISTRY)}: it is a link that leads to nothing`;
  expect(report.stdout).toContain(`Phase 1: blocked\n[BLOCK] ${reason}\n`);
  const list = await cabinet(dir, ["lease", "list", "--json"]);
  expect(list.code).toBe(1);
  expect(envelope(list.stdout)).toMatchObject({ error: { code: "REGISTRY_UNREADABLE" } });
});

test("evidence that is missing blocks a phase until it is done", async () => {
  const dir = roadmapCheckout({ ...EVIDENCE, [`${FOLDER}/03-PLAN-CHECK.md`]: "" });
  const args = ["closeout-report", "--phase", "3"];
  const line = `${FOLDER}/03-PLAN-CHECK.md is empty\n`;
  const before = await cabinet(dir, args);
  expect(before).toMatchObject({ code: 1 });
  expect(before.stdout).toContain(`[BLOCK] ${line}`);
  await cabinet(dir, ["phase-status", "3", "done", "--force", "--reason", "late"]);
  const after = await cabinet(dir, args);
  expect(after).toMatchObject({ code: 0 });
  expect(after.stdout).toContain(`Phase 3: warnings\n[WARN] ${line}`);
  writeFiles(dir, { [`${FOLDER}/03-PLAN-CHECK.md`]: "checked\n" });
  expect((await cabinet(dir, args)).stdout).toContain("Phase 3: clear\n");
});

test("a registry that is damaged blocks, and stays where it is", async () => {
  const dir = roadmapCheckout();
  writeLeases(dir, "no JSON");
  const files = filesOf(dir);
  const { code, stdout } = await cabinet(dir, ["closeout-report", "--json"]);
  expect(code).toBe(1);
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    data: { status: "blocked", blockers: [{ code: "REGISTRY_CORRUPT" }], registry: { leases: [] } },
  });
  expect(filesOf(dir)).toEqual(files);
});

test.each([
  ["no phase is done", ROADMAP_TEXT.replace("[x]", "[ ]")],
  ["there is no line for one", ""],
])("without a phase where %s: one sentence", async (_, roadmap) => {
  const dir = roadmapCheckout({}, roadmap);
  const args = ["closeout-report"];
  const code = "PLANNING_NO_PHASE_DONE";
  const sentence = () => "No phase of .planning/ROADMAP.md is done, and none was named.";
  await assertFailure(dir, { args, code, sentence }, cabinet);
  expect(await cabinet(dir, ["closeout-report", "--phase", ""])).toMatchObject({ code: 2 });
});

test("outside of any roadmap it says so, and goes on", async () => {
  const dir = temporaryFolder();
  const { code, stdout } = await cabinet(dir, ["closeout-report", "--phase", "7"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`[WARN] phase 7 cannot be found: there is no ${join(dir, ROADMAP)}\n`);
});

test("a worktree has its own roadmap, and the leases of the repository", async () => {
  const { main, linked } = worktrees(true);
  writeFiles(linked, { [ROADMAP]: ROADMAP_TEXT, [LESSONS]: "" });
  await cabinet(main, ["lease", "grant", "4"]);
  const { code, stdout, stderr } = await cabinet(join(linked, "src"), [
    "closeout-report",
    "--json",
    "--verbose",
  ]);
  expect(code).toBe(1);
  expect(envelope(stdout)).toMatchObject({
    data: {
      root: { path: linked },
      phase: "1",
      registry: { path: join(main, REGISTRY), leases: [{ tag: "BLOCK", phase_id: "4" }] },
    },
  });
  expect(stderr).toContain(`are looked for in ${linked} (by marker)\n`);
  expect(stderr).toContain(`leases are kept in ${main} (by `);
});
