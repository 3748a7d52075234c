import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { findRoots } from "./find-roots.ts";

function tree(...paths: string[]): string {
  const folder = temporaryFolder();
  for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
  return folder;
}

test("the nearest marker upward wins, each kind of state by its own", () => {
  const top = tree(".git", ".planning", "app/.ai", "app/src/deep");
  expect(findRoots(join(top, "app/src/deep"))).toEqual({
    checkout: { path: top, rule: "marker" },
    plans: { path: join(top, "app"), rule: "marker" },
    leases: { path: top, rule: "marker" },
  });
});

test("the search does not leave the checkout, neither of a worktree nor of a repository", () => {
  const outer = tree(".planning", ".ai", ".git", "worktrees/one/src");
  const linked = join(outer, "worktrees/one");
  writeFileSync(join(linked, ".git"), `gitdir: ${outer}/.git/worktrees/one\n`);
  const { checkout, plans } = findRoots(join(linked, "src"));
  const root = { path: linked, rule: "git" };
  expect([checkout, plans]).toEqual([root, root]);
  mkdirSync(join(outer, "inner/.git"), { recursive: true });
  const inner = { path: join(outer, "inner"), rule: "git" };
  expect(findRoots(inner.path)).toEqual({ checkout: inner, plans: inner, leases: inner });
});

test("without a marker the environment comes before git, and git before the current folder", () => {
  const top = tree(".git", "src", "elsewhere");
  const env = { CABINET_WORKSPACE_ROOT: join(top, "elsewhere"), GSDD_WORKSPACE_ROOT: "/nowhere" };
  expect(findRoots(join(top, "src"), { env }).checkout).toEqual({
    path: join(top, "elsewhere"),
    rule: "environment",
  });
  const older = { CABINET_WORKSPACE_ROOT: "", GSDD_WORKSPACE_ROOT: "../elsewhere" };
  expect(findRoots(join(top, "src"), { env: older }).plans.path).toBe(join(top, "elsewhere"));
  expect(findRoots(join(top, "src")).plans).toEqual({ path: top, rule: "git" });
  const bare = tree("src");
  const home = { HOME: bare };
  expect(findRoots(join(bare, "src"), { env: home }).plans).toEqual({
    path: join(bare, "src"),
    rule: "cwd",
  });
});

test("outside git the search goes up as well, but not to the home folder", () => {
  const home = tree("project/.ai", "project/src", "other", ".ai");
  const env = { HOME: home };
  expect(findRoots(join(home, "project/src"), { env }).plans).toEqual({
    path: join(home, "project"),
    rule: "marker",
  });
  expect(findRoots(join(home, "other"), { env }).plans.rule).toBe("cwd");
  expect(findRoots(home, { env }).plans).toEqual({ path: home, rule: "marker" });
  const below = { HOME: `${join(home, "project")}/` };
  expect(findRoots(join(home, "project/src"), { env: below }).plans.rule).toBe("cwd");
  expect(findRoots(join(home, "other"), { env: { HOME: join(home, "other") } }).plans.rule).toBe(
    "cwd",
  );
});

test("what cannot be a folder is none, however odd it is", () => {
  const top = tree(".git");
  writeFileSync(join(top, "file"), "");
  for (const flag of ["file", "file/below", "x".repeat(300), "\0"]) {
    expect(() => findRoots(top, { flag })).toThrow(
      expect.objectContaining({ code: "WORKSPACE_NOT_FOUND" }),
    );
  }
});

test("the flag comes first, relative to the current folder, and must name a workspace", () => {
  const top = tree("one/.ai", "two/.planning", "none", "cwd/.ai");
  const cwd = join(top, "cwd");
  expect(findRoots(cwd, { flag: "../one" }).plans).toEqual({
    path: join(top, "one"),
    rule: "flag",
  });
  expect(findRoots(cwd, { flag: "../two" }).plans.path).toBe(join(top, "two"));
  expect(() => findRoots(cwd, { flag: "../none" })).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNMARKED", path: join(top, "none") }),
  );
  expect(() => findRoots(cwd, { flag: "../missing" })).toThrow(
    expect.objectContaining({ code: "WORKSPACE_NOT_FOUND", path: join(top, "missing") }),
  );
});
