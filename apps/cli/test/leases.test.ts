import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, assertPrintable, envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { leasesIn, worktrees } from "./lease-checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { cellsOf } from "./table-cells.ts";

const HEADING = ["PHASE", "STATE", "HOLDER", "EPOCH", "AGENT", "BRANCH", "WORKTREE", "GRANTED"];
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

test("a phase that one process granted is listed, shown and closed by others", async () => {
  const dir = checkout();
  const granted = await endOf(startCabinet(dir, ["lease", "grant", "3", "--agent", "claude-1"]));
  expect(granted).toMatchObject({ code: 0, stdout: "Granted phase 3 (epoch 1).\n" });
  expect(granted.stderr).toBe("Close it with `cabinet lease close 3 --epoch 1`.\n");
  const listed = await endOf(startCabinet(join(dir, "src/deep"), ["registry-list"]));
  expect(cellsOf(listed.stdout)).toEqual([
    HEADING,
    ["3", "open", "-", "1", "claude-1", "-", dir, TIME],
  ]);

  const closed = await cabinet(dir, ["lease", "close", "03", "--epoch", "1"]);
  expect(closed).toEqual({ code: 0, stdout: "Closed phase 3 (epoch 1).\n", stderr: "" });
  await cabinet(dir, ["lease", "grant", "03"]);
  const { stdout } = await cabinet(dir, ["lease", "list"]);
  expect(cellsOf(stdout).map(([phase, state, , epoch]) => [phase, state, epoch])).toEqual([
    ["PHASE", "STATE", "EPOCH"],
    ["3", "closed", "1"],
    ["03", "open", "2"],
  ]);
  const open = await cabinet(dir, ["lease", "list", "--open", "--json"]);
  expect(envelope(open.stdout)).toMatchObject({
    data: { leases: [{ phase_id: "03", epoch: 2, holder_state: "unknown" }] },
  });
  const shown = await cabinet(dir, ["registry-show", "3"]);
  expect(cellsOf(shown.stdout)).toEqual([
    ["phase", "03"],
    ["state", "open"],
    ["holder", "-"],
    ["epoch", "2"],
    ["worktree", dir],
    ["granted", TIME],
    ["earlier", "1"],
  ]);
  const both = await cabinet(dir, ["registry", "show", "3", "--json"]);
  expect(envelope(both.stdout)).toMatchObject({
    data: { root: { path: dir }, lease: { epoch: 2 }, history: [{ epoch: 1 }, { epoch: 2 }] },
  });
});

test("nothing to list is no failure, and creates nothing", async () => {
  const dir = temporaryFolder();
  const plain = await cabinet(dir, ["registry-list"]);
  expect(plain).toEqual({ code: 0, stdout: "No leases found.\n", stderr: "" });
  const json = await cabinet(dir, ["registry-list", "--json"]);
  expect(json).toMatchObject({ code: 0, stderr: "" });
  const root = { path: dir, rule: "cwd" };
  expect(envelope(json.stdout)).toMatchObject({ ok: true, data: { root, leases: [] } });
  const conflicts = await cabinet(dir, ["lease", "conflicts", "--exit-code"]);
  expect(conflicts).toEqual({ code: 0, stdout: "No conflicts found.\n", stderr: "" });
  const restore = await cabinet(dir, ["restore"]);
  expect(restore).toEqual({ code: 0, stdout: "Nothing can be brought back.\n", stderr: "" });
  expect(readdirSync(dir)).toEqual([]);
});

test.each([["registry-list"], ["registry list"], ["lease list"]])(
  "%s --verbose says where leases are kept, and why there",
  async (words) => {
    const dir = checkout();
    const { stderr } = await cabinet(dir, [...words.split(" "), "--verbose"]);
    expect(stderr).toBe(`leases are kept in ${dir} (by git)\n`);
  },
);

test.each([[true], [false]])(
  "all worktrees have one registry, from any subfolder, with .planning committed: %s",
  async (isPlanningCommitted) => {
    const { main, linked } = worktrees(isPlanningCommitted);
    const deep = join(linked, "src/deep");
    const writes = ["--write", "code", "--write", "../*.ts"];
    const { code } = await cabinet(deep, ["lease", "grant", "3", ...writes]);
    expect(code).toBe(0);
    await cabinet(main, ["lease", "grant", "4"]);
    const expected = [
      {
        phase_id: "3",
        worktree_path: linked,
        branch_name: "feature",
        write_set: ["src/deep/code", "src/*.ts"],
      },
      { phase_id: "4", worktree_path: main, branch_name: "main", write_set: [] },
    ];
    expect(leasesIn(main)).toMatchObject(expected);
    expect(leasesIn(linked)).toEqual([]);
    for (const cwd of [main, join(main, "src/deep"), linked, deep]) {
      const { stdout } = await cabinet(cwd, ["registry-list", "--json"]);
      expect(envelope(stdout)).toMatchObject({ data: { root: { path: main }, leases: expected } });
    }
    const again = await cabinet(main, ["lease", "grant", "3"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("error: Phase 3 already has an open lease");
  },
);

test("leases of a repository that is not there are not invented, and plans are still there", async () => {
  const { main, linked } = worktrees(true);
  renameSync(main, `${main}-moved`);
  const failure = {
    code: "WORKSPACE_UNREACHABLE",
    sentence: () =>
      `The repository of ${linked} cannot be reached: its .git leads to a folder that is not there.`,
  };
  for (const args of [["registry-list"], ["lease", "grant", "3"], ["restore"]]) {
    await assertFailure(linked, { ...failure, args }, cabinet);
    await assertFailure(
      linked,
      { ...failure, args: [...args, "--workspace-root", linked] },
      cabinet,
    );
  }
  expect(await cabinet(join(linked, "src"), ["plans"])).toMatchObject({ code: 0 });
});

test("with --workspace-root it is the lease of that checkout, wherever one is", async () => {
  const { main, linked } = worktrees(true);
  const args = ["lease", "grant", "3", "--write", "src/**", "--workspace-root", linked];
  expect(await cabinet(temporaryFolder(), args)).toMatchObject({ code: 0 });
  const lease = { worktree_path: linked, branch_name: "feature", write_set: ["src/**"] };
  expect(leasesIn(main)).toMatchObject([lease]);
});

test("what is given stands instead of what the checkout says", async () => {
  const { main } = worktrees(true);
  const given = [
    "--worktree",
    "../elsewhere",
    "--branch",
    "b",
    "--provenance",
    "sha",
    "--ttl",
    "2h",
  ];
  const { stdout } = await cabinet(main, ["lease", "grant", "x y", ...given, "--json"]);
  expect(envelope(stdout)).toMatchObject({
    data: {
      root: { path: main, rule: "marker" },
      lease: {
        phase_id: "x y",
        worktree_path: join(main, "../elsewhere"),
        branch_name: "b",
        provenance_hash: "sha",
        ttl_ms: 7_200_000,
      },
    },
  });
  const beat = await cabinet(main, ["lease", "heartbeat", "x y", "--ttl", "1d", "--json"]);
  expect(envelope(beat.stdout)).toMatchObject({
    data: { lease: { ttl_ms: 86_400_000, heartbeat_at: TIME } },
  });
  const plain = await cabinet(main, ["lease", "heartbeat", "x y"]);
  expect(plain.stdout).toMatch(
    /^Noted a heartbeat of phase "x y" \(epoch 1\): it expires at .*Z\.\n$/,
  );
});

test("what an agent wrote does not reach the terminal as it is", async () => {
  const dir = checkout();
  const hostile = "a\u001b[2J\u009b\u202eb";
  const hostileArgs = ["--agent", hostile, "--branch", hostile, "--worktree", hostile];
  const runs = [
    ["lease", "grant", "3", ...hostileArgs, "--write", hostile, "--provenance", hostile],
    ["lease", "grant", "3"],
    ["lease", "clear", "3"],
    ["lease", "grant", "4", "--write", "*"],
    ["lease", "list"],
    ["lease", "show", "3"],
    ["lease", "conflicts"],
    ["lease", "crash", "3", "--reason", hostile],
    ["lease", "close", "3"],
    ["lease", "show", "3"],
    ["lease", "show", hostile],
    ["lease", "clear", "4", "--epoch", hostile],
    ["restore", hostile],
    ["lease", "run", "5", "--", hostile],
    ["lease", "run", "6", "--", "true", hostile],
  ];
  for (const args of runs) {
    const plain = await cabinet(dir, args);
    assertPrintable(plain.stdout + plain.stderr);
    const json = await cabinet(dir, [...args.slice(0, 2), "--json", ...args.slice(2)]);
    assertPrintable(json.stdout + json.stderr);
  }
  expect(leasesIn(dir)[0]).toMatchObject({ agent_id: hostile, crash_reason: hostile });
});
