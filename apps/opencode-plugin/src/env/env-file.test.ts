import fc from "fast-check";
import { expect, test } from "vitest";

import { isEnvFile } from "./env-file.ts";

test.each([
  ".env",
  ".env.local",
  ".env.production.local",
  ".env.example",
  ".env.d",
  "a/.env",
  "/a/b/.env.test",
  "a\\.env",
  "C:\\a\\.env",
  "\\\\server\\share\\.env",
  ".ENV",
  ".Env.Local",
  ".env/",
  ".env/.",
  ".env//./",
  ".env/x/..",
  "a/../.env",
  ".env.",
  ".env ",
  ".env. .",
  ".env::$DATA",
  ".env.local::$data",
  ".e\u200cnv",
  ".env.a\nb",
])("%j is an env file", (path) => expect(isEnvFile(path)).toBe(true));

test.each([
  "",
  "/",
  "\\",
  ".",
  "..",
  "env",
  ".envrc",
  ".environment",
  ".env-local",
  ".env_backup",
  ".env~",
  "config.env",
  "process.env",
  "..env",
  "a.env.local",
  ".env/bin/activate",
  ".env/..",
  ".env/../a",
  ".en",
  ". env",
  ".env:stream",
])("%j is none", (path) => expect(isEnvFile(path)).toBe(false));

test("examples are none when they are allowed, also with more before or behind", () => {
  const paths = [
    ".env.example",
    ".ENV.Sample",
    ".env.template.",
    ".env.local.example",
    "a/.env.example::$DATA",
  ];
  for (const path of paths) {
    expect([isEnvFile(path), isEnvFile(path, { allowExamples: true })]).toEqual([true, false]);
  }
  for (const path of [".env", ".env.local", ".env.examples", ".env.example.local"]) {
    expect(isEnvFile(path, { allowExamples: true })).toBe(true);
  }
});

test("what stands before the last part does not matter", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("/", "\\", "//", "/./"), (before, separator) => {
      expect(isEnvFile(`${before}${separator}.env`)).toBe(true);
      expect(isEnvFile(`${before}${separator}.envrc`)).toBe(false);
    }),
  );
});

test.each([
  ["/", false],
  ["..", false],
  ["../", false],
  [".env/../", false],
  [". ", false],
  [".env", true],
  ["::$DATA", false],
  ["\\", false],
])("ten megabytes of %j are looked at", (part, isOne) => {
  const long = part.repeat(10_000_000 / part.length);
  expect(isEnvFile(long)).toBe(isOne);
  expect(isEnvFile(`${long}/.env`)).toBe(true);
});
