import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { gitDir, type Pair, pair as pairIn } from "../../test/support/git-layouts.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";
import type { Root } from "./root.ts";

const pair = (folder = temporaryFolder()): Pair => pairIn(folder);
const lease = (...given: Parameters<typeof findRoots>): Root => findRoots(...given).leases;

test("the rule says what decided, or that the root is elsewhere, where the repository has it", () => {
  const { main, linked } = pair();
  expect(lease(join(main, "app"))).toEqual({ path: main, rule: "git" });
  expect(lease(join(linked, "app"))).toEqual({ path: main, rule: "repository" });
  expect(lease(join(main, ".git"))).toEqual({ path: main, rule: "repository" });
  mkdirSync(join(main, "app/.planning"));
  const app = join(main, "app");
  expect(lease(join(main, "app/src"))).toEqual({ path: app, rule: "marker" });
  expect(lease(join(linked, "app/src"))).toEqual({ path: app, rule: "repository" });
  writeFileSync(join(main, ".git/config"), "[core]\n\tbare\n");
  const common = { path: join(main, ".git"), rule: "repository" };
  for (const path of [main, linked, common.path, app]) expect(lease(path)).toEqual(common);
});

test("a folder need not exist to have a place in the main worktree", () => {
  const { main, linked } = pair();
  mkdirSync(join(main, "app/new/.planning"), { recursive: true });
  for (const top of [main, linked]) {
    expect(lease(join(top, "app/new/er")).path).toBe(join(main, "app/new"));
  }
});

test("the flag names a checkout, whose repository has the leases", () => {
  const { main, linked } = pair();
  mkdirSync(join(linked, ".planning"));
  mkdirSync(join(linked, "app/.ai"), { recursive: true });
  mkdirSync(join(main, "app/.ai"));
  const shared = { path: main, rule: "flag" };
  expect(lease("/", { flag: linked })).toEqual(shared);
  expect(lease(main, { flag: "../linked/app" })).toEqual(shared);
  expect(lease(linked, { flag: "../main/app" })).toEqual({ path: main, rule: "flag" });
  mkdirSync(join(main, "app/.planning"));
  const app = join(main, "app");
  expect(lease("/", { flag: join(linked, "app") })).toEqual({ path: app, rule: "flag" });
  expect(lease("/", { flag: app })).toEqual({ path: app, rule: "flag" });
  expect(findRoots("/", { flag: linked }).checkout).toEqual({ path: linked, rule: "flag" });
  expect(() => findRoots(main, { flag: "../linked/app/src" })).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNMARKED" }),
  );
});

test("the environment comes after a marker of the checkout and one of the main worktree", () => {
  const { main, linked } = pair();
  const other = pair();
  const env = { CABINET_WORKSPACE_ROOT: join(other.main, "app") };
  const elsewhere = { path: other.main, rule: "environment" };
  for (const top of [main, linked]) expect(lease(join(top, "app"), { env })).toEqual(elsewhere);
  const toLinked = { GSDD_WORKSPACE_ROOT: join(other.linked, "app") };
  mkdirSync(join(other.main, "app/.planning"));
  const app = join(other.main, "app");
  expect(lease(linked, { env: toLinked })).toEqual({ path: app, rule: "environment" });
  expect(lease(main, { env })).toEqual({ path: app, rule: "environment" });

  mkdirSync(join(main, ".planning"));
  for (const top of [main, linked]) expect(lease(join(top, "app"), { env }).path).toBe(main);
  expect(findRoots(linked, { env }).checkout.rule).toBe("environment");
  rmSync(join(main, ".planning"), { recursive: true });
  mkdirSync(join(linked, ".planning"));
  expect(lease(join(linked, "app"), { env })).toEqual({ path: main, rule: "repository" });
});

test("the environment must name a folder where it decides, and only there", () => {
  const { main, linked } = pair();
  const roots = findRoots(linked, { env: { CABINET_WORKSPACE_ROOT: "../missing" } });
  expect(() => roots.leases).toThrow(expect.objectContaining({ code: "WORKSPACE_NOT_FOUND" }));
  mkdirSync(join(main, ".planning"));
  expect(roots.leases.path).toBe(main);
});

test("in a bare repository the environment comes after a registry that is there already", () => {
  const folder = temporaryFolder();
  const { main, linked } = pair(folder);
  writeFileSync(join(main, ".git/config"), "[core]\n\tbare = true\n");
  const env = { CABINET_WORKSPACE_ROOT: folder };
  expect(lease(linked, { env })).toEqual({ path: folder, rule: "environment" });
  mkdirSync(join(main, ".git/.planning"));
  for (const path of [linked, main, join(main, ".git/refs")]) {
    expect(lease(path, { env }).path).toBe(join(main, ".git"));
  }
});

test("outside git the lease root is the checkout root", () => {
  const home = temporaryFolder();
  mkdirSync(join(home, "project/.planning"), { recursive: true });
  mkdirSync(join(home, "project/src"));
  mkdirSync(join(home, "other"));
  const env = { HOME: home };
  for (const path of ["project/src", "project", "other", "missing"]) {
    const roots = findRoots(join(home, path), { env });
    expect(roots.leases).toEqual(roots.checkout);
  }
  const flagged = findRoots(home, { flag: "project", env });
  expect(flagged.leases).toEqual({ path: join(home, "project"), rule: "flag" });
});

test("a link that leads out of a worktree takes its leases nowhere else", () => {
  const folder = temporaryFolder();
  const { main, linked } = pair(folder);
  mkdirSync(join(folder, "outside/deep"), { recursive: true });
  symlinkSync(join(folder, "outside"), join(linked, "way"));
  expect(lease(join(linked, "way/deep"))).toEqual({ path: main, rule: "repository" });
});

test("the marker of another repository in the main worktree is not taken", () => {
  const { main, linked } = pair();
  gitDir(join(main, "app/.git"));
  mkdirSync(join(main, "app/.planning"));
  mkdirSync(join(main, "app/src/.planning"));
  expect(lease(join(linked, "app/src")).path).toBe(main);
  mkdirSync(join(main, ".planning"));
  expect(lease(join(linked, "app/src")).path).toBe(main);
  expect(lease(join(main, "app/src")).path).toBe(join(main, "app/src"));
});

test("core.worktree may name a folder above that of .git, which leads back to it", () => {
  const folder = temporaryFolder();
  const { main, linked } = pair(folder);
  writeFileSync(join(main, ".git/config"), "[core]\n\tworktree = ../..\n");
  writeFileSync(join(folder, ".git"), "gitdir: main/.git\n");
  expect(lease(join(main, "app"))).toEqual({ path: folder, rule: "git" });
  expect(lease(linked)).toEqual({ path: folder, rule: "repository" });
  expect(readCheckout(join(main, "app"))).toEqual({ top: folder, branch: "main" });
  expect(readCheckout(linked)).toEqual({ top: linked, branch: "one" });
  mkdirSync(join(folder, "main/.planning"));
  mkdirSync(join(folder, ".planning"));
  expect(lease(join(main, "app")).path).toBe(lease(linked).path);
});

test("core.worktree leads to no folder whose .git does not lead back", () => {
  const folder = temporaryFolder();
  const { main, linked } = pair(folder);
  const other = pair(join(folder, "other"));
  mkdirSync(join(folder, "plain/.planning"), { recursive: true });
  const common = { path: join(main, ".git"), rule: "repository" };
  for (const worktree of [folder, join(folder, "plain"), other.main, other.linked, "/", "../.."]) {
    writeFileSync(join(main, ".git/config"), `[core]\n\tworktree = ${worktree}\n`);
    for (const path of [main, linked, join(main, "app"), common.path]) {
      expect([worktree, lease(path)]).toEqual([worktree, common]);
    }
    expect(readCheckout(main)).toBeUndefined();
    expect(readCheckout(linked)).toEqual({ top: linked, branch: "one" });
  }
  writeFileSync(join(main, ".git/config"), "[core]\n\tworktree = ..\n");
  for (const path of [main, linked]) expect(lease(path).path).toBe(main);
  expect(readCheckout(main)).toEqual({ top: main, branch: "main" });
});
