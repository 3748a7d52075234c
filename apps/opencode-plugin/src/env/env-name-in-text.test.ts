import fc from "fast-check";
import { expect, test } from "vitest";

import { envNameIn, envNameOfGlob } from "./env-name-in-text.ts";

test.each([
  ["see .env.", ".env"],
  ["'.env.local'", ".env.local"],
  ["a/.env.local.bak:3", ".env.local.bak"],
  ["process.env, .env", ".env"],
  [".env/x .env", ".env"],
  ["-K.env", ".env"],
  ["${A:-.env}${B}", ".env"],
])("in %j the first is %j", (text, name) => expect(envNameIn(text, {})).toBe(name));

test.each([
  "process.env",
  ".envrc",
  "$A.env",
  "${A}.env",
  "a-.env",
  "*.env",
  "!.env",
  "\\.env",
  ".env.d/x",
  "-fx.env",
])("in %j there is none", (text) => expect(envNameIn(text, {})).toBeUndefined());

test("an example that is allowed does not hide what stands behind it", () => {
  expect(envNameIn(".env.example .env", { allowExamples: true })).toBe(".env");
  expect(envNameOfGlob(".env.{example,local}", { allowExamples: true })).toBe(".env.local");
});

test.each([
  ".e*",
  ".[e]nv",
  ".[d-f]nv",
  ".[!a]nv",
  ".[^a-d]nv",
  ".[]e]nv",
  ".[![:digit:]]nv",
  ".?nv",
  "a/{b,.e}*",
  ".{a,{e,f}}nv",
  ".E*",
  ".e*v.local",
  "*/../.en?",
])("the glob %j can stand for one", (glob) => expect(envNameOfGlob(glob, {})).toMatch(/^\.env/));

test.each([
  "*",
  "*env",
  "?env",
  ".*",
  ".??*",
  ".[!e]nv",
  ".e",
  ".f*",
  ".e*x",
  ".[",
  "{",
  "{a,b",
  "[.]env",
  ".[e",
])("the glob %j cannot", (glob) => expect(envNameOfGlob(glob, {})).toBeUndefined());

test("a name in which letters are wildcards stands for one", () => {
  const wildcard = (letter: string): fc.Arbitrary<string> =>
    fc.constantFrom(letter, "?", "*", `[${letter}]`, `[!x]`, `{${letter},x}`, `${letter}*`);
  const anyOf = fc.tuple(fc.constant(".e"), wildcard("n"), wildcard("v"));
  fc.assert(
    fc.property(anyOf, (parts) => {
      expect(envNameOfGlob(parts.join(""), {})).toBe(".env");
      expect(envNameOfGlob(`${parts.join("")}#`, {})).toBeUndefined();
    }),
  );
});
