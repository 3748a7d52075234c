import fc from "fast-check";
import { expect, test } from "vitest";

import { isLongTier } from "../../../../test/tier.ts";
import { type ShellCommand, shellCommands } from "./shell-commands.ts";

const textsOf = ({ words }: ShellCommand): string[] => words.map(({ text }) => text);
const read = (text: string): string[][] => shellCommands(text).map(textsOf);

test.each<[string, string[][]]>([
  ["", []],
  [" \n ;; && # nothing", []],
  ["git  commit\t-m 'a b'", [["git", "commit", "-m", "a b"]]],
  ["a;b&c&&d||e|f|&g\nh", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"], ["h"]]],
  ['A=b C="d e" cmd', [["A=b", "C=d e", "cmd"]]],
  ["a\\ b \\\nc", [["a b", "c"]]],
  [`$'a\\tb\\x2eenv\\'' $"c"`, [["a\tb.env'", "c"]]],
  ["'a'\"b\"c '' \"\"", [["abc", "", ""]]],
  ["a # b\n c#d", [["a"], ["c#d"]]],
  ["a > b 2>&1 <c >>d <<<e", [["a", "b", "1", "c", "d", "e"]]],
  ["a2>b 3a >c", [["a2", "b", "3a", "c"]]],
  ["(a; b) && { c; }", [["a"], ["b"], ["c"]]],
  ["if a; then b; else c; fi > d", [["a"], ["b"], ["c"], ["d"]]],
  ["while ! a; do b; done", [["a"], ["b"]]],
  ["for x in 1 2; do a; done", [["for", "x", "in", "1", "2"], ["a"]]],
  ["f() { a; }; echo }", [["f"], ["a"], ["echo", "}"]]],
  [
    "case x in a|b) c;; (d) e;; esac; f",
    [["case", "x", "in", "a"], ["b"], ["c"], ["d"], ["e"], ["f"]],
  ],
  ['a "$(case x in y) b;; esac)" c', [["case", "x", "in", "y"], ["b"], ["a", "$()", "c"]]],
  [
    'a $(b "$(c)") `d \\`e\\`` <(f) >(g)',
    [["c"], ["b", "$()"], ["e"], ["d", "$()"], ["f"], ["g"], ["a", "$()", "$()", "<()", "<()"]],
  ],
  [
    'a "x$(b \'c)\' ")")y"',
    [
      ["b", "c)", ")"],
      ["a", "x$()y"],
    ],
  ],
  ['a $HOME/b ${c:-d e} "${f}" $1 $$ $', [["a", "$HOME/b", "${c:-d e}", "${f}", "$1", "$$", "$"]]],
  ["a $((1<<2)) b\nc", [["1", "2"], ["a", "$()", "b"], ["c"]]],
  ["a <<E b\nx 'y\n z\nE\nc", [["a", "b", "x 'y\n z\n"], ["c"]]],
  [
    "a <<-'E'; b <<F\n\tx $(y)\n\tE\nz $(w)\nF\nc",
    [["w"], ["a", "x $(y)\n"], ["b", "z $(w)\n"], ["c"]],
  ],
  ["a <<E\nb\nc", [["a"], ["b"], ["c"]]],
  ["files=(a b); c", [["files="], ["a", "b"], ["c"]]],
  ["a &> b &>>c", [["a", "b", "c"]]],
  ["a 'b", [["a", "b"]]],
  ['a "b $(c', [["c"], ["a", "b $()"]]],
  [") a } ) b", [["a", "}"], ["b"]]],
])("%j is read as %j", (text, expected) => expect(new Set(read(text))).toEqual(new Set(expected)));

test("an unquoted wildcard makes a glob, a quoted one does not", () => {
  const [command] = shellCommands("a* 'b*' c? [d] {e} \"f*\" \\* ${g} '*'h[");
  expect(command?.words.filter(({ isGlob }) => isGlob).map(({ text }) => text)).toEqual([
    "a*",
    "c?",
    "[d]",
    "{e}",
    "*h[",
  ]);
});

test("what the shell puts in is marked, and so is what another command reads", () => {
  const [a, b] = shellCommands("a $b '$c' \"${d}\" `e` | f").filter(
    ({ words }) => words.length > 1,
  );
  expect(b).toBeUndefined();
  expect(a?.words.map(({ isExpanded }) => isExpanded)).toEqual([false, true, false, true, true]);
  const ends = shellCommands("a | b || c $(d); (e)").map((c) => [textsOf(c)[0], c.isRead]);
  const expected = [
    ["a", true],
    ["b", false],
    ["d", true],
    ["c", false],
    ["e", false],
  ];
  expect(ends).toEqual(expected);
});

test("a subshell has a scope of its own, a group in braces has not", () => {
  const [a, b, c, d] = shellCommands("a; (b); (c); { d; }").map(({ scope }) => scope);
  expect(d).toBe(a);
  expect(b).not.toBe(c);
  expect([b?.parent, c?.parent]).toEqual([a, a]);
});

const shellText = fc.string({
  unit: fc.constantFrom(
    ..."ab \n\t;&|(){}<>$`'\"\\#*=-E".split(""),
    "<<E\n",
    "$((",
    "case ",
    "esac ",
    "$'",
    "${",
  ),
  maxLength: 60,
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(shellText, fc.string({ unit: "binary" })), (any) => {
      expect(shellCommands(any).every(({ words }) => words.length > 0)).toBe(true);
    }),
    { numRuns: isLongTier ? 20_000 : 500 },
  );
});

// The most that is read. Time that grows with the square of a length would take minutes.
const LENGTH = 2 ** 17 - 64;

test.each([
  "(",
  "$(",
  '"$(',
  "`",
  "\\`",
  "<<E ",
  "<<E\n",
  "$((",
  "${",
  '"${',
  "'",
  '"',
  "$'",
  "case ",
  "a|",
  "\\",
  "<(",
  "{ ",
  "$'\\",
])("a long text of %j again and again is read to its end", (part) => {
  const long = `${part.repeat(LENGTH / part.length)}\nthe end`;
  expect(read(long).flat().join(" ")).toMatch(/the[ \n]end/);
});

test("a text of more than 128 KiB is one word, whatever it holds", () => {
  for (const part of ["b ", "$(", "$((", "<("]) {
    const long = `a ${part.repeat(2 ** 16)}`;
    expect(read(long)).toEqual([[long]]);
  }
});
