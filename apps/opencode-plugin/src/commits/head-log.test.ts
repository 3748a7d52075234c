import { execFileSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { git, gitRepository } from "../../test/support/git-repository.ts";
import { commitsBehind, headLogSize } from "./head-log.ts";

const commit = (root: string, ...more: readonly string[]): string =>
  git(root, "commit", "--quiet", "--allow-empty", ...more);

test("commits behind a size are found in their order, those before it not", () => {
  const root = gitRepository();
  const gitDir = join(root, ".git");
  expect(headLogSize(gitDir)).toBe(0);
  expect(commitsBehind(gitDir, 0)).toEqual([]);
  commit(root, "--message=one");
  const [first, size] = [git(root, "rev-parse", "HEAD"), headLogSize(gitDir)];
  expect(commitsBehind(gitDir, 0)).toEqual([{ hash: first, subject: "one" }]);
  commit(root, "--message=two: äö \u001b[31m", "--message=the body");
  commit(root, "--message=three");
  const hashes = git(root, "rev-list", "--reverse", `${first}..`).split("\n");
  expect(commitsBehind(gitDir, size)).toEqual([
    { hash: hashes[0], subject: "two: äö \u001b[31m" },
    { hash: hashes[1], subject: "three" },
  ]);
  expect(commitsBehind(gitDir, headLogSize(gitDir))).toEqual([]);
});

test("a log that has become shorter holds nothing new", () => {
  const root = gitRepository();
  const gitDir = join(root, ".git");
  commit(root, "--message=one");
  const size = headLogSize(gitDir);
  truncateSync(join(gitDir, "logs/HEAD"), 10);
  expect(commitsBehind(gitDir, size)).toEqual([]);
  expect(commitsBehind(gitDir, 0)).toEqual([]);
});

test("hashes of either length count, and lines that are none of git's do not", () => {
  const gitDir = temporaryFolder();
  mkdirSync(join(gitDir, "logs"));
  const line = (length: number, what: string): string =>
    `${"0".repeat(length)} ${"a".repeat(length)} A <a@b> 1 +0000\t${what}`;
  const lines = [
    line(40, "commit (initial): one"),
    line(64, "commit: two"),
    line(40, "commit (merge): three"),
    line(40, "commit: "),
    line(40, "commit (amend): no"),
    line(40, "commit (cherry-pick): no"),
    line(40, "rebase (pick): no"),
    line(40, "pull: Fast-forward"),
    line(40, "checkout: moving from commit: a to b"),
    line(41, "commit: no"),
    "commit: no",
    "",
  ];
  writeFileSync(join(gitDir, "logs/HEAD"), lines.join("\n"));
  const subjects = commitsBehind(gitDir, 0).map(({ subject }) => subject);
  expect(subjects).toEqual(["one", "two", "three", ""]);
});

test.each<[string, (path: string) => void]>([
  ["a folder", (path) => mkdirSync(path)],
  ["a pipe, which is not waited for", (path) => execFileSync("mkfifo", [path])],
])("%s in its place has no commits", (_, make) => {
  const gitDir = temporaryFolder();
  mkdirSync(join(gitDir, "logs"));
  make(join(gitDir, "logs/HEAD"));
  expect(commitsBehind(gitDir, 0)).toEqual([]);
});

test("a commit without a message is one, and of a long one the beginning is kept", () => {
  const gitDir = temporaryFolder();
  mkdirSync(join(gitDir, "logs"));
  const [zero, hash] = ["0".repeat(40), "a".repeat(40)];
  const line = (what: string): string => `${zero} ${hash} A <a@b> 1 +0000\t${what}\n`;
  writeFileSync(join(gitDir, "logs/HEAD"), line("commit:") + line(`commit: ${"x".repeat(5_000)}`));
  const subjects = commitsBehind(gitDir, 0).map(({ subject }) => subject);
  expect(subjects).toEqual(["", `${"x".repeat(1_000)}…`]);
});
