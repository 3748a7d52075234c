import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { closeLease, grantLease, holderOf } from "@x/registry-core/leases";

import { checkout, filesOf } from "./checkout.ts";
import { diagnose, findingOf, idsIn, patientIn } from "./doctored.ts";
import { idleProcess } from "./killable-processes.ts";
import { REGISTRY, worktrees, writeLeases } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** A checkout in which a process holds phase 3. */
async function leased(dir = checkout([])) {
  const holder = await idleProcess();
  grantLease(dir, { phase_id: "3", agent_id: "build", holder: holderOf(holder.pid) });
  return { sick: patientIn(dir), holder };
}

test("the lease of a holder that was killed is told, and left to people", async () => {
  const { sick, holder } = await leased();
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [], fixed: [] });
  await holder.kill();
  const registry = join(sick.dir, REGISTRY);
  const finding = await findingOf(sick, "dead-lease");
  expect(finding).toMatchObject({
    severity: "warning",
    path: registry,
    message: expect.stringContaining(
      `Phase 3 is leased to build; its holder, process ${holder.pid}`,
    ),
    command: "cabinet lease show 3",
    fix: null,
  });
  const files = filesOf(sick.dir);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [], copies: [] });
  expect(filesOf(sick.dir)).toEqual(files);
  expect(finding.advice).toContain("cabinet lease reclaim 3");
  const [, ...words] = (finding.command ?? "").split(" ");
  expect(await cabinet(sick.dir, words)).toMatchObject({ code: 0 });
  expect(await cabinet(sick.dir, ["lease", "reclaim", "3"])).toMatchObject({ code: 0 });
  expect(await idsIn(sick)).toEqual([]);
});

test("from a linked worktree, the leases of all are looked at", async () => {
  const { main, linked } = worktrees(true);
  const { holder } = await leased(main);
  await holder.kill();
  const sick = { dir: linked, path: join(main, "agents.lmdb") };
  expect(await findingOf(sick, "dead-lease")).toMatchObject({ path: join(main, REGISTRY) });
});

test("a phase whose name a shell could act on is in no command", async () => {
  const sick = patientIn(checkout([]));
  const holder = await idleProcess();
  grantLease(sick.dir, { phase_id: "$(date) 3", holder: holderOf(holder.pid) });
  await holder.kill();
  expect(await findingOf(sick, "dead-lease")).toMatchObject({
    command: null,
    advice: expect.stringContaining("cabinet lease reclaim <phase>"),
  });
});

test("a lease that has expired is told and left: nobody can say that its holder is gone", async () => {
  const sick = patientIn(checkout([]));
  const holder = holderOf();
  grantLease(sick.dir, { phase_id: "4", holder, ttl_ms: 1 }, { clock: { now: () => new Date(0) } });
  // By the clock of the boot it is over as soon as the millisecond is.
  await expect.poll(() => idsIn(sick)).toEqual(["expired-lease"]);
  expect(await findingOf(sick, "expired-lease")).toMatchObject({
    severity: "warning",
    command: "cabinet lease show 4",
    advice: expect.stringContaining("cabinet lease reclaim 4"),
    fix: null,
  });
  const files = filesOf(sick.dir);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
  expect(filesOf(sick.dir)).toEqual(files);
});

test("a lease that nobody holds, and one that was closed, are no findings", async () => {
  const sick = patientIn(checkout([]));
  grantLease(sick.dir, { phase_id: "1" });
  grantLease(sick.dir, { phase_id: "2" });
  closeLease(sick.dir, "2");
  expect(await idsIn(sick)).toEqual([]);
});

test.each([
  ["plans", ".ai/.session-plans.json", "{"],
  ["plans", ".ai/.session-plans.json", "[]"],
  ["leases", REGISTRY, '{"leases":'],
])(
  "a damaged registry of %s (%s: %s) is told as it is, and not set aside by a look",
  async (what, file, text) => {
    const sick = patientIn(checkout([]));
    mkdirSync(join(sick.dir, ".planning/.local"), { recursive: true });
    writeFileSync(join(sick.dir, ".planning/.local/.gitignore"), "*\n");
    writeFileSync(join(sick.dir, file), text);
    const files = filesOf(sick.dir);
    expect(await findingOf(sick, "registry-damaged")).toMatchObject({
      severity: "error",
      path: join(sick.dir, file),
      message: expect.stringContaining(`The registry of ${what} is damaged`),
      fix: null,
    });
    expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
    expect(filesOf(sick.dir)).toEqual(files);
  },
);

test("a registry of a newer Cabinet is left alone, and said to be one", async () => {
  const sick = patientIn(checkout([]));
  writeLeases(sick.dir, { schema_version: 99, leases: "elsewhere" });
  writeFileSync(join(sick.dir, ".planning/.local/.gitignore"), "*\n");
  expect(await findingOf(sick, "registry-newer")).toMatchObject({ severity: "warning", fix: null });
});

test("leases that were set aside are a warning until somebody has moved them", async () => {
  const sick = patientIn(checkout([]));
  grantLease(sick.dir, { phase_id: "1" });
  const aside = join(sick.dir, `${REGISTRY}.broken-1700000000000`);
  writeFileSync(aside, "{");
  expect(await findingOf(sick, "leases-set-aside")).toMatchObject({ path: aside, fix: null });
  expect(await idsIn(sick)).toEqual(["leases-set-aside"]);
  renameSync(aside, join(sick.dir, "registry.of-then.json"));
  expect(await idsIn(sick)).toEqual([]);
});

test("a worktree whose repository is gone is an error, and all the rest is looked at", async () => {
  const { main, linked } = worktrees(true);
  renameSync(main, `${main}-moved`);
  mkdirSync(join(linked, ".ai"));
  writeFileSync(join(linked, ".ai/.session-plans.json"), "{");
  const sick = patientIn(linked);
  expect(await findingOf(sick, "worktree-unreachable")).toMatchObject({
    severity: "error",
    path: linked,
    fix: null,
  });
  expect(await idsIn(sick)).toEqual(["worktree-unreachable", "registry-damaged"]);
});

test("leases that git would commit are hidden from it, unless somebody has written what git ignores", async () => {
  const { main } = worktrees(false);
  const sick = { dir: main, path: join(main, "../agents.lmdb") };
  grantLease(main, { phase_id: "1" });
  const ignore = join(main, ".planning/.local/.gitignore");
  expect(await idsIn(sick)).toEqual([]);
  rmSync(ignore);
  const isHidden = (): boolean => {
    const status = ["-C", main, "status", "--porcelain", "--untracked-files=all"];
    return !execFileSync("git", status, { encoding: "utf8" }).includes("registry.json");
  };
  expect(isHidden()).toBe(false);
  expect(await findingOf(sick, "local-not-ignored")).toMatchObject({ severity: "warning" });
  writeFileSync(join(main, ".gitignore"), "# .planning/.local\n");
  expect(await idsIn(sick)).toEqual(["local-not-ignored"]);
  writeFileSync(join(main, ".gitignore"), "/.planning/.local/\n");
  expect([await idsIn(sick), isHidden()]).toEqual([[], true]);
  rmSync(join(main, ".gitignore"));
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [] });
  expect([existsSync(ignore), isHidden()]).toEqual([true, true]);
  writeFileSync(ignore, "# mine\n");
  expect(await findingOf(sick, "local-not-ignored")).toMatchObject({ fix: null });
});

test("a fix that cannot be made is told with its reason, and the others are made", async () => {
  const sick = patientIn(checkout([]));
  mkdirSync(join(sick.dir, ".planning/.local"), { recursive: true });
  writeFileSync(join(sick.dir, ".planning/.active"), "nowhere\n");
  // Where the copies are to go, there is a file.
  writeFileSync(join(sick.dir, ".planning/.local/doctor"), "mine", { mode: 0o644 });
  writeFileSync(join(sick.dir, ".ai/x.json.tmp.99999999.1.abcd1234"), "half");
  const { code, fixed, findings, copies } = await diagnose(sick, "--fix");
  expect(fixed).toMatchObject([
    { id: "orphaned-temporary-file", outcome: "done" },
    { id: "active-spec-dangling", outcome: "failed", reason: expect.stringContaining("doctor") },
  ]);
  expect([code, findings.map(({ id }) => id)]).toEqual([1, ["active-spec-dangling"]]);
  expect(copies).toEqual([expect.stringContaining(".ai/.doctor/")]);
  expect(readFileSync(join(sick.dir, ".planning/.active"), "utf8")).toBe("nowhere\n");
  expect(statSync(join(sick.dir, ".planning/.local/doctor")).mode & 0o777).toBe(0o644);
});
