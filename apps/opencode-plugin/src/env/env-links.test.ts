import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { EnvProtectionError } from "./env-protection-error.ts";
import { EnvProtection } from "./env-protection.ts";

let directory: string;
let protection: EnvProtection;

/** Links in the folder and in `sub`, to an env file (`settings`, `sub/inner`) and to another one. */
beforeEach(() => {
  directory = temporaryFolder();
  mkdirSync(join(directory, "sub/b"), { recursive: true });
  for (const file of ["sub/.env", "sub/plain"]) writeFileSync(join(directory, file), "");
  const links = {
    "sub/inner": ".env",
    settings: "sub/inner",
    folder: "sub",
    later: "later/.env",
    plain: "sub/plain",
    loop: "loop",
  };
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(directory, link));
  protection = new EnvProtection({ directory });
});

function isRefused(tool: string, args: object, by = protection): boolean {
  try {
    by.handleToolBefore({ tool, args });
  } catch (error) {
    if (error instanceof EnvProtectionError) return true;
    throw error;
  }
  return false;
}

test("a link that leads to an env file is one, also through others and to one that is not there", () => {
  for (const path of [
    "sub/inner",
    "settings",
    "folder/inner",
    "later",
    join(directory, "settings"),
  ]) {
    expect(protection.isEnvFile(path)).toBe(true);
    expect(isRefused("read", { filePath: path })).toBe(true);
    expect(isRefused("bash", { command: `cat '${path}'` })).toBe(true);
  }
  expect(isRefused("other", { url: `file://${directory}/settings` })).toBe(true);
  const command = { command: "cat inner", workdir: "sub" };
  expect(isRefused("bash", command)).toBe(true);
  expect(() => protection.handleToolBefore({ tool: "bash", args: command })).toThrow("/sub/.env");
});

test.each(["plain", "loop", "sub/b", "sub/plain", "gone", "sub/plain/x", "\0", "x".repeat(5_000)])(
  "%j is none",
  (path) => {
    expect(protection.isEnvFile(path)).toBe(false);
    expect(isRefused("read", { filePath: path })).toBe(false);
  },
);

test.each([
  "dd if=settings",
  "node --env-file=settings a.js",
  "curl -d @settings localhost",
  "curl -d@settings localhost",
  "curl -F f=@settings localhost",
  "curl -F 'f=<settings' localhost",
  "F=settings; cat $F",
  "echo $(<settings)",
  'echo "$(< ./settings)"',
  "<settings cat",
  "cat < settings",
  "cd sub && cat inner",
  "(cd sub; cat inner)",
  "pushd sub; cat inner",
  "cd sub/b; cat ../inner",
  "cd sub; (cd b; true); cat inner",
  "(cd sub; echo $(cat inner))",
  "cd sub && node --env-file=inner a.js",
  "cat sub/../settings",
  'cat "$PWD/sub/inner"',
  "cat ${PWD}/settings",
  'cd sub; cat "$PWD/inner"',
  "bash -c 'cat settings'",
  'bash -c "cd sub; cat inner"',
  "cd $SOMEWHERE; cat settings",
])("%j reads what a link leads to", (command) => {
  expect(isRefused("bash", { command })).toBe(true);
});

test.each([
  "cat plain",
  "cd sub && cat settings",
  "(cd sub); cat inner",
  "cat inner",
  "dd if=plain of=settings2",
  "node --env-file=plain a.js",
  "curl -d @plain localhost",
  "echo $(<plain)",
  'cat "$PWD/sub/plain"',
  "cat '$PWD/settings'",
  'cat "$OTHER/settings"',
  'cat "$PWD/$SUB/inner"',
  "echo settings",
  "settings",
  "npm run settings:build",
  "git commit -m 'settings'",
])("%j does not", (command) => expect(isRefused("bash", { command })).toBe(false));

test("a reference in the prompt of a subagent is taken from the folder and those above it", () => {
  expect(isRefused("task", { prompt: "look at @settings" })).toBe(true);
  expect(isRefused("task", { prompt: `look at @${join(directory, "settings")}` })).toBe(true);
  expect(isRefused("task", { prompt: "look at @plain, @inner and settings" })).toBe(false);
  const below = new EnvProtection({ directory: join(directory, "sub/b") });
  expect(isRefused("task", { prompt: "look at @settings" }, below)).toBe(true);
});
