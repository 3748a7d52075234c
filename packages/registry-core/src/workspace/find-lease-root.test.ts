import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";
import type { Root } from "./root.ts";

const pair = (folder = temporaryFolder()): Pair => layOutPair(folder);
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

test("core.worktree may name a folder above that of .git", () => {
  const folder = temporaryFolder();
  const { main, linked } = pair(folder);
  writeFileSync(join(main, ".git/config"), "[core]\n\tworktree = ../..\n");
  expect(lease(join(main, "app"))).toEqual({ path: folder, rule: "git" });
  expect(lease(linked)).toEqual({ path: folder, rule: "repository" });
  expect(readCheckout(join(main, "app"))).toEqual({ top: folder, branch: "main" });
  expect(readCheckout(linked)).toEqual({ top: linked, branch: "one" });
  mkdirSync(join(folder, "main/.planning"));
  mkdirSync(join(folder, ".planning"));
  expect(lease(join(main, "app")).path).toBe(lease(linked).path);
});

const isWindows = process.platform === "win32";

/** What may stand in the place of a small file. */
const ODD: [string, (path: string) => void][] = [
  ["a pipe", (path) => execFileSync("mkfifo", [path])],
  ["a folder", (path) => mkdirSync(path)],
  ["a link to itself", (path) => symlinkSync(path, path)],
  ["a link to nothing", (path) => symlinkSync("nothing", path)],
  ["2 MiB", (path) => writeFileSync(path, "\n".repeat(2 ** 21))],
  ["nothing", () => undefined],
];

test.skipIf(isWindows).each(ODD)(
  "where a file of git should be, it is as if none was: %s",
  (_, put) => {
    const replace = (path: string): string => {
      rmSync(path, { recursive: true, force: true });
      put(path);
      return path;
    };
    for (const file of ["HEAD", "commondir"]) {
      const { main, linked } = pair();
      replace(join(main, ".git/worktrees/one", file));
      expect(lease(linked)).toEqual({ path: linked, rule: "git" });
      expect(readCheckout(linked)).toEqual({ top: linked, branch: undefined });
    }
    for (const file of ["HEAD", "config", "commondir"]) {
      const { main, linked } = pair();
      replace(join(main, ".git", file));
      expect(lease(join(main, "app"))).toEqual({ path: main, rule: "git" });
      expect(lease(linked)).toEqual({ path: main, rule: "repository" });
    }
    const { main, linked } = pair();
    writeFileSync(join(main, ".git/config"), "[extensions]\n\tworktreeConfig = true\n");
    replace(join(main, ".git/config.worktree"));
    expect(lease(linked).path).toBe(main);
  },
);

test.skipIf(isWindows).each(ODD.slice(0, 2))(
  "a .git that is no file is the end of the way: %s",
  (_, put) => {
    const { main, linked } = pair();
    rmSync(join(linked, ".git"));
    put(join(linked, ".git"));
    mkdirSync(join(main, ".planning"));
    expect(lease(join(linked, "app"))).toEqual({ path: linked, rule: "git" });
    mkdirSync(join(linked, ".planning"));
    expect(lease(join(linked, "app"))).toEqual({ path: linked, rule: "marker" });
    expect(readCheckout(join(linked, "app"))).toEqual({ top: linked, branch: undefined });
  },
);

test("a .git file that leads to no repository is the end of the way", () => {
  const { main, linked } = pair();
  const own = join(main, ".git/worktrees/one");
  const texts = [
    "",
    "gitdir: ",
    "gitdir: \n",
    `gitdir:${own}`,
    `${own}\n`,
    ` gitdir: ${own}`,
    `GITDIR: ${own}`,
  ];
  for (const text of [
    ...texts,
    "gitdir: /nowhere\n",
    `gitdir: ${main}`,
    "gitdir: .\n",
    "\0",
    "gitdir: \0",
  ]) {
    writeFileSync(join(linked, ".git"), text);
    expect([text, lease(join(linked, "app"))]).toEqual([text, { path: linked, rule: "git" }]);
    expect(readCheckout(linked)).toEqual({ top: linked, branch: undefined });
  }
  for (const text of [
    `gitdir: ${own}`,
    `gitdir: ${own}\r\n`,
    "gitdir: ../main/.git/worktrees/one\n",
  ]) {
    writeFileSync(join(linked, ".git"), text);
    expect([text, lease(join(linked, "app")).path]).toEqual([text, main]);
  }
});

test("behind a link .. in a .git file is where the link leads to, as it is for git", () => {
  const { main, linked } = pair();
  symlinkSync(join(main, ".git/worktrees"), join(linked, "way"));
  writeFileSync(join(linked, ".git"), "gitdir: way/../worktrees/one\n");
  expect(lease(linked).path).toBe(main);
});

test("nothing that stands in these files or is asked for is too odd", () => {
  const { main, linked } = pair();
  const files = [".git/worktrees/one/HEAD", ".git/worktrees/one/commondir", ".git/config"];
  const parts = [
    "../..",
    "/",
    "ref: ",
    "gitdir: ",
    "[core]",
    "worktree=",
    "bare",
    "\n",
    "\0",
    "é",
    "a",
  ];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((words) => words.join(""));
  fc.assert(
    fc.property(fc.array(text, { minLength: 4, maxLength: 4 }), text, (texts, cwd) => {
      files.forEach((file, index) => writeFileSync(join(main, file), texts[index] ?? ""));
      if (texts[3] !== "") writeFileSync(join(linked, ".git"), texts[3] ?? "");
      for (const path of [linked, main, join(main, ".git"), join(linked, cwd), cwd]) {
        expect(typeof findRoots(path).leases.path).toBe("string");
        expect(typeof readCheckout(path)).toMatch(/object|undefined/);
      }
    }),
  );
  for (const odd of ["\0", "x".repeat(5_000), "x/".repeat(500)]) {
    expect(lease(join(linked, odd)).path).toBeTypeOf("string");
    expect(lease(join("/", odd)).path).toBeTypeOf("string");
  }
});

test("a branch whose name git would not allow is not given", () => {
  const { main } = pair();
  const head = join(main, ".git/HEAD");
  for (const text of [
    "ref: refs/heads/a\u001B[2Jb\n",
    "ref: refs/heads/a b",
    "ref: refs/heads/a\nb\n",
    "a".repeat(40),
    "",
  ]) {
    writeFileSync(head, text);
    expect(readCheckout(main)).toEqual({ top: main, branch: undefined });
  }
  writeFileSync(head, "ref:\trefs/heads/a/b \r\n");
  expect(readCheckout(main)).toEqual({ top: main, branch: "a/b" });
});
