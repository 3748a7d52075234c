import { execFileSync, spawnSync } from "node:child_process";

import fc from "fast-check";
import { expect, test } from "vitest";

import { branchFault } from "./branch-name.ts";

const piece = fc.oneof(
  fc.constantFrom(..."a feat / . .. - @ @{ { } ~ ^ : ? * [ ] \\ .lock HEAD lock".split(" ")),
  fc.constantFrom(
    ..."ü 新 # ' \" ! & | % 😀".split(" "),
    " ",
    "\t",
    "\u007f",
    "\u00a0",
    "\u3000",
    "\ufeff",
  ),
  fc.string({ maxLength: 4 }),
);

/** What git says of each name as that of a branch. */
function allowedByGit(names: readonly string[]): boolean[] {
  const script =
    'while IFS= read -r -d "" name; do git check-ref-format "refs/heads/$name" && echo 1 || echo 0; done';
  const input = names.map((name) => `${name}\0`).join("");
  const output = execFileSync("bash", ["-c", script], { input, encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line) => line === "1");
}

/** What git has names for, and we do not take: an option, no branch, and what acts on a terminal. */
function isRefusedBesides(name: string): boolean {
  return (
    name.startsWith("-") ||
    name === "HEAD" ||
    name === "@" ||
    /[\u0080-\u009f\u2028\u2029]/.test(name)
  );
}

test("a name is a branch's when git says so", () => {
  const seed = 20_260_101;
  const arbitrary = fc
    .array(piece, { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.join("").replaceAll("\0", ""))
    .filter((name) => name !== "");
  const names = [...new Set(fc.sample(arbitrary, { numRuns: 600, seed }))];
  const wrong = allowedByGit(names).flatMap((isAllowed, index) => {
    const name = names[index] ?? "";
    const isTaken = branchFault(name) === undefined;
    return isTaken === (isAllowed && !isRefusedBesides(name)) ? [] : [{ name, isTaken, isAllowed }];
  });
  expect(wrong).toEqual([]);
});

test.each([
  "main",
  "feat/taskflow-api",
  "fix/#12",
  "user@host",
  "a.b",
  "新機能/あ　い",
  "{x}",
  "x".repeat(1000),
])("%s is the name of a branch", (name) => {
  expect(branchFault(name)).toBeUndefined();
});

test.each([
  ..."HEAD @ -d --force a..b a@{1} /a a/ a//b a. .a a/.b a.lock a.lock/b".split(" "),
  ..."a~1 a^ a:b a? a* [a a\\b".split(" "),
  "",
  "a b",
  "a\nb",
  "a\u0000",
  "\u001b[31m",
  "a\u009b",
  "\ud800",
  "x".repeat(1001),
])("%j is the name of no branch", (name) => {
  expect(branchFault(name)).toEqual(expect.any(String));
});

test.each(["-d", "HEAD"])("git, too, takes no branch named %s", (name) => {
  expect(spawnSync("git", ["check-ref-format", "--branch", name]).status).not.toBe(0);
});
