import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { gitDir, type Pair, pair as pairIn } from "../../test/support/git-layouts.ts";
import { WorkspaceError } from "../errors.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";
import type { Root } from "./root.ts";

const pair = (): Pair => pairIn(temporaryFolder());
const lease = (...given: Parameters<typeof findRoots>): Root => findRoots(...given).leases;
const unreachable = (path: string): unknown =>
  expect.objectContaining({ name: "WorkspaceError", code: "WORKSPACE_UNREACHABLE", path });

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
      expect(() => lease(linked)).toThrow(unreachable(linked));
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

test("a .git file that names no git dir is the end of the way", () => {
  const { main, linked } = pair();
  const own = join(main, ".git/worktrees/one");
  for (const text of [
    "",
    "gitdir: ",
    "gitdir: \n",
    `gitdir:${own}`,
    `${own}\n`,
    ` gitdir: ${own}`,
    `GITDIR: ${own}`,
    "\0",
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

test("where a .git file leads to no repository nobody gets a lease root, and the rest goes on", () => {
  const { main, linked } = pair();
  mkdirSync(join(linked, ".planning"));
  mkdirSync(join(linked, "app/.ai"));
  const env = { CABINET_WORKSPACE_ROOT: main };
  for (const text of [
    "gitdir: /nowhere\n",
    "gitdir: ../moved/.git/worktrees/one\n",
    `gitdir: ${main}`,
    "gitdir: .\n",
    "gitdir: \0",
  ]) {
    writeFileSync(join(linked, ".git"), text);
    const roots = findRoots(join(linked, "app/src"), { env });
    expect(() => roots.leases).toThrow(unreachable(linked));
    expect(roots.checkout).toEqual({ path: linked, rule: "marker" });
    expect(roots.plans).toEqual({ path: join(linked, "app"), rule: "marker" });
    const flagged = findRoots(main, { flag: join(linked, "app") });
    expect(() => flagged.leases).toThrow(unreachable(linked));
    expect(flagged.plans.rule).toBe("flag");
    expect(readCheckout(join(linked, "app"))).toEqual({ top: linked, branch: undefined });
  }
});

test("a git dir whose common dir is not there is as one that is not there itself", () => {
  const { main, linked } = pair();
  writeFileSync(join(main, ".git/worktrees/one/commondir"), "../../../moved\n");
  expect(() => lease(join(linked, "app"))).toThrow(unreachable(linked));
  expect(lease(main)).toEqual({ path: main, rule: "git" });
});

test("a HEAD that names neither a ref nor a commit makes no git dir", () => {
  const folder = temporaryFolder();
  const path = join(folder, "project");
  gitDir(folder);
  mkdirSync(path);
  const env = { HOME: folder };
  for (const text of [
    "",
    "garbage",
    "ref: main",
    "ref:",
    "a".repeat(39),
    "a".repeat(41),
    "g".repeat(40),
  ]) {
    writeFileSync(join(folder, "HEAD"), text);
    expect([text, lease(path, { env })]).toEqual([text, { path, rule: "cwd" }]);
  }
  for (const text of [
    "ref:refs/heads/a",
    "ref: \trefs/x",
    `${"a".repeat(40)}\n`,
    "0F".repeat(32),
  ]) {
    writeFileSync(join(folder, "HEAD"), text);
    expect([text, lease(path, { env })]).toEqual([text, { path: folder, rule: "repository" }]);
  }
});

test("behind a link .. in a .git file is where the link leads to, as it is for git", () => {
  const { main, linked } = pair();
  symlinkSync(join(main, ".git/worktrees"), join(linked, "way"));
  writeFileSync(join(linked, ".git"), "gitdir: way/../worktrees/one\n");
  expect(lease(linked).path).toBe(main);
});

function pathOrCode(cwd: string): string {
  try {
    return lease(cwd).path;
  } catch (error) {
    return error instanceof WorkspaceError ? error.code : String(error);
  }
}

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
        const found = pathOrCode(path);
        expect(isAbsolute(found) || found === "WORKSPACE_UNREACHABLE").toBe(true);
        expect(isAbsolute(readCheckout(path)?.top ?? "/")).toBe(true);
      }
    }),
  );
  const whole = pair();
  for (const odd of ["\0", "x".repeat(5_000), "x/".repeat(500)]) {
    expect(lease(join(whole.linked, odd)).path.startsWith(whole.main)).toBe(true);
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
