import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { isLongTier } from "../../../../test/tier.ts";
import { EnvProtectionError } from "./env-protection-error.ts";
import { EnvProtection } from "./env-protection.ts";

const protection = new EnvProtection({ directory: temporaryRoot() });

/** A folder that is not there: no link is in it. */
function temporaryRoot(): string {
  return join(import.meta.dirname, "nothing-is-here");
}

function refusalOf(tool: string, args: unknown, by = protection): EnvProtectionError | undefined {
  try {
    by.handleToolBefore({ tool, args });
  } catch (error) {
    if (error instanceof EnvProtectionError) return error;
    throw error;
  }
  return undefined;
}

test.each<[string, object]>([
  ["read", { filePath: ".env" }],
  ["read", { filePath: "/a/.ENV.local", offset: 1 }],
  ["write", { filePath: "a\\.env", content: "" }],
  ["edit", { filePath: "a/../.env", oldString: "", newString: "" }],
  ["multiedit", { filePath: ".env", edits: [] }],
  ["list", { path: "a/.env" }],
  ["apply_patch", { patchText: "*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b/.env\n" }],
  ["apply_patch", { patchText: "*** Delete File:.env\r\n" }],
  ["patch", { patchText: "*** Update File: a\n*** Move to: .env.local\n" }],
  ["grep", { pattern: "KEY", path: ".env" }],
  ["grep", { pattern: "KEY", include: ".env*" }],
  ["grep", { pattern: "KEY", include: "*.{ts,tsx}", path: "a/.env" }],
  ["grep", { pattern: "KEY", include: "{.e*,*.ts}" }],
  ["glob", { pattern: "**/.env" }],
  ["glob", { pattern: "**/.en?" }],
  ["bash", { command: "ls", workdir: "a/.env" }],
  ["bash", { command: "cat .env", description: "Reads it" }],
  ["mcp_shell", { command: "cat .env" }],
  ["filesystem_read_file", { path: ".env" }],
  ["filesystem_read_many", { paths: ["a", ".env"] }],
  ["other", { file_path: ".env" }],
  ["other", { "file-name": ".env" }],
  ["other", { source: "a", destination: "b/.env" }],
  ["other", { uri: "file:///a/%2Eenv?x#y" }],
  ["other", { absolutePath: "/a/.env" }],
  ["other", { notebook_path: ".env" }],
  ["other", { options: { path: ".env" } }],
  ["other", { files: [{ path: "a" }, { path: ".env" }] }],
  ["other", { url: "file:///a/.env" }],
  ["other", { cmd: "cat .env" }],
  ["other", { command: ["cat", ".env"] }],
  ["other", { command: ["bash", "-lc", "cat .e*"] }],
  ["batch", { tool_calls: [{ tool: "read", parameters: { filePath: ".env" } }] }],
  ["task", { prompt: "look at @.env and @a" }],
  ["task", { prompt: "look at @sub/.env.local." }],
])("%s of %j is refused", (tool, args) => expect(refusalOf(tool, args)).toMatchObject({ tool }));

test.each<[string, unknown]>([
  ["read", { filePath: "src/env.ts" }],
  ["read", { filePath: ".envrc" }],
  ["write", { filePath: "a.md", content: "put it into .env" }],
  ["edit", { filePath: ".gitignore", oldString: "", newString: ".env" }],
  ["apply_patch", { patchText: "*** Update File: .gitignore\n+.env\n+*** Add File: .env\n" }],
  ["grep", { pattern: "\\.env", path: "src", include: "*.ts" }],
  ["grep", { pattern: ".env" }],
  ["glob", { pattern: "**/*" }],
  ["glob", { pattern: "**/.*" }],
  ["bash", { command: "ls", workdir: "a", description: "Looks for .env" }],
  ["task", { prompt: "see .env" }],
  ["task", { prompt: "`@.env` is what me@.env.example means" }],
  ["task", { description: "@.env", prompt: "@src/env.ts" }],
  ["other", { prompt: "@.env" }],
  ["other", { command: ["git", "commit", "-m", "ignore .env"] }],
  ["other", { command: ["npm", "run", "build:env"] }],
  ["other", { script: "console.log(process.env.HOME)" }],
  ["other", { todos: [{ content: "add .env", status: "pending" }] }],
  ["webfetch", { url: "https://example.invalid/.env" }],
  ["other", { path: 5, paths: [5, null, ["x"]], files: { a: ".env" } }],
  ["read", null],
  ["read", undefined],
  ["read", ".env"],
  ["read", [".env"]],
  ["read", {}],
])("%s of %j is not", (tool, args) => expect(refusalOf(tool, args)).toBeUndefined());

test("the error says what was refused, why, and what to do", () => {
  const error = refusalOf("read", { filePath: "config/.env" });
  expect(error).toMatchObject({ code: "CABINET_ENV_PROTECTED", tool: "read", path: "config/.env" });
  expect(error?.message).toMatch(/^refused: "read" names the env file "config\/\.env", .*secrets/);
  expect(error?.message).toMatch(/ask the user .*enableEnvironmentProtection: false/);
});

test("its message is one line of a bounded length, whatever the call holds", () => {
  const path = `\u001b[31m\u009b\u202e\n\ud800${"x".repeat(10_000)}/.env`;
  for (const args of [{ filePath: path }, { filePath: `${path}/../.env` }]) {
    const message = refusalOf("re\u0007ad".repeat(1_000), args)?.message ?? "";
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    expect(message.length).toBeLessThan(1_500);
  }
});

test("examples may be used when that is allowed", () => {
  const lenient = new EnvProtection({ allowExamples: true });
  const calls: [string, object][] = [
    ["read", { filePath: ".env.example" }],
    ["bash", { command: "cat .env.sample .env.local.template" }],
    ["glob", { pattern: "**/.env.example" }],
  ];
  for (const [tool, args] of calls) {
    expect(refusalOf(tool, args)).toBeInstanceOf(EnvProtectionError);
    expect(refusalOf(tool, args, lenient)).toBeUndefined();
  }
  expect(refusalOf("bash", { command: "cp .env.example .env" }, lenient)?.path).toBe(".env");
  expect(refusalOf("bash", { command: "cat .env*" }, lenient)).toBeInstanceOf(EnvProtectionError);
});

test("the arguments are taken from the output of the client's hook, where the call has none", () => {
  const output = { args: { filePath: ".env" } };
  const call = { tool: "read" };
  expect(() => protection.handleToolBefore(call, output)).toThrow(EnvProtectionError);
  const harmless = { tool: "read", args: { filePath: "a" } };
  expect(() => protection.handleToolBefore(harmless, output)).not.toThrow();
  expect(() => protection.handleToolBefore(call)).not.toThrow();
});

test.each([undefined, null])("options may be %s", (options) => {
  expect(new EnvProtection(options).isEnvFile("a/.env")).toBe(true);
});

test("nothing else is thrown, whatever a call is", () => {
  const thrower = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("no");
      },
    },
  );
  const cyclic: Record<string, unknown> = { path: [] };
  cyclic["path"] = [cyclic["path"], cyclic];
  const getter = {
    get filePath(): string {
      throw new Error("no");
    },
  };
  const calls: unknown[] = [null, undefined, 5, {}, { tool: Symbol("x"), args: {} }];
  for (const args of [thrower, cyclic, getter, 5, Symbol("x"), () => {}, Object.create(null)]) {
    calls.push({ tool: "read", args });
  }
  for (const call of calls) {
    expect(() =>
      protection.handleToolBefore(call as { tool: string; args: unknown }),
    ).not.toThrow();
  }
  fc.assert(fc.property(fc.string(), fc.anything(), (tool, args) => void refusalOf(tool, args)));
  const key = fc.constantFrom(
    "command",
    "patchText",
    "path",
    "filePath",
    "paths",
    "include",
    "pattern",
  );
  fc.assert(fc.property(fc.dictionary(key, fc.anything()), (args) => void refusalOf("bash", args)));
});

// Time that grows with the square of a length takes minutes for the short one too.
const LENGTH = isLongTier ? 10_000_000 : 2 ** 16;

test.each([
  "a",
  ".env",
  ".env.a",
  "{",
  "*",
  ".e*",
  "{a,b}",
  "[",
  "../",
  "\n*** Add File: ",
  " ",
  "$(",
  "cat <<E\n",
])("long arguments of %j again and again are looked at", (part) => {
  const long = part.repeat(LENGTH / part.length);
  for (const name of ["command", "patchText", "path"]) refusalOf("bash", { [name]: long });
  const command = `${long.slice(0, -10)}; cat .env`;
  expect(refusalOf("bash", { command })).toBeInstanceOf(EnvProtectionError);
});

test("arguments of ten megabytes are looked at to their end", () => {
  const long = "a ".repeat(5_000_000);
  expect(refusalOf("bash", { command: `${long}; cat .env` })).toBeInstanceOf(EnvProtectionError);
  expect(refusalOf("read", { filePath: `${long}/.env` })).toBeInstanceOf(EnvProtectionError);
});
