import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isTrue, parseGitConfig } from "./git-config.ts";

/** What git itself reads from the text. */
function readByGit(text: string): Map<string, string> {
  const file = join(temporaryFolder(), "config");
  writeFileSync(file, text);
  const list = ["config", "--file", file, "--no-includes", "--null", "--list"];
  const output = execFileSync("git", list, { encoding: "utf8" });
  const entries = output.split("\0").slice(0, -1);
  return new Map(
    entries.map((entry): [string, string] => {
      const end = entry.indexOf("\n");
      return end === -1 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

const TEXTS = [
  "[core]\n\tbare = true\n\tworktree = ../../tree\n",
  "[CORE] BARE=true\n[Core]\n  bAre = no # later wins\n",
  "[core]\nbare\n[core]\nworktree",
  '[core "x"]\nbare = true\n[core.x]\nbare = false\n[x "a\\"b\\\\\\c"]\nbare\n',
  '[core]\nworktree = "a b"  ; comment\n[x]\nkey = a # b\n other = "a # b;" c"\\""\n',
  "[core]\nworktree = a\\\nb  c  \\\n  d\n[x]\nkey = \\t\\\\\\n.\n",
  "[core]\r\nbare\r\nworktree = a\\\r\nb\r\n",
  "# [core]\n; bare = true \\\n[core]\nfilemode = true# bare = true\u2028bare = true\n",
  "\uFEFF[core]\r\n\tbare = yes\r\n\tworktree = ../w \r\n",
  '[core]\nworktree = "  a  "  \n[x]\nkey =\nother = ""\nlast = a  ""\n',
  '[include]\npath = other\n[includeIf "gitdir:/"]\npath = other\n',
  "[core]\nworktree = Prüfung/工作 é\n",
  "",
];

test.each(TEXTS)("what git reads is read: %j", (text) => {
  expect(parseGitConfig(text)).toEqual(readByGit(text));
});

test("every value that git writes is read", () => {
  const value = fc.string({
    unit: fc.constantFrom(..."ab=[]#;\"\\ \n'/.é工".split("")),
    maxLength: 12,
  });
  fc.assert(
    fc.property(value, (given) => {
      const file = join(temporaryFolder(), "config");
      execFileSync("git", ["config", "--file", file, "core.worktree", given]);
      const text = readFileSync(file, "utf8");
      expect(parseGitConfig(text).get("core.worktree")).toBe(given);
    }),
    { numRuns: 50 },
  );
});

test("what git would refuse makes nothing else unread, and no text is too odd", () => {
  const text = '[core\nbare = true\n[core]\n= x\nnot a name\n_x = 1\nbare = on\nworktree = "open\n';
  expect(parseGitConfig(`${text}[x]\ny = "\\`)).toEqual(
    new Map([
      ["core.bare", "on"],
      ["core.worktree", "open"],
      [".bare", "true"],
      ["x.y", ""],
    ]),
  );
  const unit = fc.constantFrom(...'[]core.bare="\\#; \t\r\n\0é'.split(""));
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (any) => {
      for (const name of parseGitConfig(any).keys()) expect(name).toMatch(/\.[a-z][a-z0-9-]*$/);
    }),
  );
});

test("a large file is read in a time that grows with its length", () => {
  const long = 2 ** 18;
  for (const part of [" ", "[", '[a "', "a", "[a]\nb=", '[a]\nb="', "\\", "a ", "\n#", "[a]"]) {
    expect(parseGitConfig(part.repeat(long / part.length))).toBeInstanceOf(Map);
    expect(parseGitConfig(`[a "${part}${"\\ ".repeat(long / 2)}`)).toBeInstanceOf(Map);
    expect(parseGitConfig(`[a]b = "${part}${" ".repeat(long)}`)).toBeInstanceOf(Map);
  }
});

test("a true value is one of git's words, or a number that is not zero", () => {
  for (const value of ["true", "YES", "on", "1", "-1", "2", "1k"]) expect(isTrue(value)).toBe(true);
  for (const value of [undefined, "", "false", "no", "off", "0", "00", "truely", "bare"]) {
    expect(isTrue(value)).toBe(false);
  }
});
