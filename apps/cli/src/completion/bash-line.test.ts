import { spawnSync } from "node:child_process";

import fc from "fast-check";
import { expect, test } from "vitest";

import { isInstalled } from "../../../../test/is-installed.ts";
import { quoteForBash, readBashLine, readWord } from "./bash-line.ts";
import { bashReplies } from "./bash-replies.ts";

test.each([
  ["cabinet plans ", ["cabinet", "plans", ""], ""],
  ["cabinet  'a b'\\ c", ["cabinet", "a b c"], "'a b'\\ c"],
  ['cabinet "a\\$b\\c', ["cabinet", "a$b\\c"], '"a\\$b\\c'],
  ["cabinet 'a\\", ["cabinet", "a\\"], "'a\\"],
  ["cabinet a\\", ["cabinet", "a"], "a\\"],
  ["cabinet a \\\n b", ["cabinet", "a", "b"], "b"],
  ["", [""], ""],
])("%j is read as %j", (line, words, raw) => {
  expect(readBashLine(line)).toEqual({ words, raw });
});

test("what is quoted is read back as the same, behind either quote and none", () => {
  const text = fc.string({ unit: "binary" }).filter((one) => !/[\0\n\r]/.test(one));
  fc.assert(
    fc.property(text, fc.constantFrom("" as const, "'" as const, '"' as const), (name, open) => {
      expect(readWord(`${open}${quoteForBash(name, open)}${open}`).value).toBe(name);
    }),
  );
});

test("bash itself reads what is quoted as the same", (context) => {
  context.skip(!isInstalled("bash"), "bash is not installed here");
  const names = [
    "it's $HOME",
    'a"b`c`\\',
    "x;y&z|(w)<v>",
    "*?[a]{b,c}~#!",
    "日本 語",
    "\u00A0é\u0301",
  ];
  const words = names.flatMap((name) =>
    (["", "'", '"'] as const).map((open) => open + quoteForBash(name, open) + open),
  );
  const script = `printf '%s\\n' ${words.join(" ")}`;
  const { stdout } = spawnSync("bash", ["--norc", "-c", script], {
    timeout: 60_000,
    encoding: "utf8",
  });
  expect(stdout.trimEnd().split("\n")).toEqual(names.flatMap((name) => [name, name, name]));
});

test.each([
  ["lo", "lo", ["login"]],
  ["'lo", "lo", ["login"]],
  ["co:", "", ["lon"]],
  ["co", "co", ["co:lon"]],
  ["my\\ ", "my\\ ", ["my\\ plan"]],
  ["'my ", "my ", ["my plan"]],
  ["lox", "lox", []],
])("of %j, where bash replaces %j, the replies are %j", (raw, replaced, replies) => {
  const candidates = ["login", "co:lon", "my plan"].map((value) => ({ value }));
  expect(bashReplies(candidates, raw, replaced)).toEqual(replies);
});
