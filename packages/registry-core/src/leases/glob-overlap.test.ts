import fc from "fast-check";
import { expect, test } from "vitest";

import { commonPath } from "./glob-common-path.ts";
import { globsOverlap } from "./glob-overlap.ts";
import { compileGlob, globFault, normalizeGlob } from "./glob.ts";

test.each([
  ["src", "src/deep/a.ts"],
  ["src/", "src"],
  ["src/*", "src/a/b"],
  ["src/*", "src"],
  ["a/**/z", "a/z"],
  ["a/*/z", "a/z"],
  ["a/**/z", "a/b/c/z/d"],
  ["**/*.ts", "a.ts"],
  ["**/*.ts", "README.md"],
  ["**/a/**/b", "x/a/a/y/b"],
  ["a/**", "a"],
  [".", "any/thing"],
  ["*", ".hidden"],
  ["a**b", "axxb"],
  ["**{/a,b}", "xb"],
  ["?", "\u{1f600}"],
  ["[a-c]x", "bx"],
  ["[!a]", "b"],
  ["[^a]", "!"],
  ["[]a]", "]"],
  ["[a-]", "-"],
  ["[\\]a]", "]"],
  ["[a\\-c]", "-"],
  ["[{a,b}]", ","],
  ["{a,b/c}/d", "b/c/d"],
  ["a{,b}", "a"],
  ["a/{,b}/c", "a/c"],
  ["a{/**,}/c", "a/x/c"],
  ["a/{.,b}/c", "a/c"],
  ["{.,a}", "x"],
  ["{*,x}*/b", "y/z/b"],
  ["{a,{b,c}d}", "cd"],
  ["{a}", "a"],
  ["a{}b", "ab"],
  ["{a,b", "{a,b"],
  ["{a,{b,c}", "{a,c"],
  ["a},{b", "a},{b"],
  ["a[b", "a[b"],
  ["a[/]b", "a[/]b"],
  ["\\*", "\\*"],
  ["a\\{b,c}", "a\\{b,c\\}"],
  ["\\a", "a"],
  ["a\\", "a\\\\"],
  ["!a", "!a"],
  ["caf\u00e9", "cafe\u0301"],
  ["caf[\u00e9]", "cafe\u0301"],
  ["caf?", "cafe\u0301"],
  ["...", "..?"],
])("%j and %j have a path in common", (one, other) => {
  expect(globsOverlap(one, other)).toBe(true);
  expect(globsOverlap(other, one)).toBe(true);
});

test.each([
  ["src", "srcs"],
  ["src/*.ts", "src/a.js"],
  ["*.ts", "src/a.ts"],
  ["a/**/z", "b/z"],
  ["a**/z", "a/b/z"],
  ["***/z", "a/b/z"],
  ["a/?", "a/bc"],
  ["a?b", "a/b"],
  ["a[!x]b", "a/b"],
  ["a[.-0]b", "a/b"],
  ["[a-c]", "[d-f]"],
  ["[!a]", "a"],
  ["[a\\-c]", "b"],
  ["[b-ax]", "a"],
  ["[!.0]", "[.-0]"],
  ["?", "??"],
  ["??", "\u{1f600}"],
  ["{a,b}/c", "{c,d}/c"],
  ["{a,b}", "{a,b\\}"],
  ["\\*", "a"],
  ["a", "A"],
  ["!a", "b"],
  ["[.a]", "[.b]"],
  [".[.a]", "[.b]."],
])("%j and %j have no path in common", (one, other) => {
  expect(globsOverlap(one, other)).toBe(false);
  expect(globsOverlap(other, one)).toBe(false);
});

/*
 * What is promised, said once more in another way: the braces written out as text, each of the globs
 * taken apart at its slashes, a regular expression for each segment. Undefined: it is refused.
 */
type Covers = (path: readonly string[]) => boolean;

const ESCAPE_OR_CLASS =
  /\\(?<escaped>.)|\[(?<not>[!^]?)(?<members>(?:\]|\\[^/]|[^!^\]\\/])(?:\\[^/]|[^\]\\/])*)\]/gsu;

function coverageOf(text: string): Covers | undefined {
  const expressions: string[] = [];
  const masked = text.normalize("NFC").replaceAll(ESCAPE_OR_CLASS, (...found) => {
    const { escaped, not, members = "" } = found.at(-1) as Record<string, string | undefined>;
    if (escaped !== undefined && /[^*?[\]{},]/u.test(escaped)) return escaped;
    expressions.push(escaped === undefined ? classOf(members, not !== "") : literal(escaped));
    return String.fromCodePoint(0xf_0000 + expressions.length - 1);
  });
  const expression = (segment: string): RegExp | "**" => {
    if (segment === "**") return segment;
    const parts = Array.from(segment, (character) => {
      if (character === "*") return ".*";
      if (character === "?") return ".";
      return expressions[(character.codePointAt(0) ?? 0) - 0xf_0000] ?? literal(character);
    });
    return new RegExp(`^${parts.join("")}$`, "su");
  };
  const patterns = expand(masked).map((one) => segmentsOf(one)?.map(expression));
  if (patterns.includes(undefined)) return undefined;
  return (path) => patterns.some((pattern = []) => covers(pattern, path));
}

function classOf(members: string, isNegated: boolean): string {
  const ranges = members.replaceAll(
    /\\?(.)(?:-\\?(.))?/gsu,
    (_, first: string, last: string = first) =>
      first > last ? "" : `${literal(first)}-${literal(last)}`,
  );
  return `[${isNegated ? "^" : ""}${ranges}]`;
}

function literal(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function expand(glob: string): string[] {
  const group = /\{([^{}]*)\}/su.exec(glob);
  if (group === null) return [glob];
  const [whole, inside = ""] = group;
  const [before, after] = [glob.slice(0, group.index), glob.slice(group.index + whole.length)];
  return inside.split(",").flatMap((one) => expand(before + one + after));
}

function segmentsOf(glob: string): string[] | undefined {
  if (glob === "" || glob.startsWith("/")) return undefined;
  const segments: string[] = [];
  for (const segment of glob.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (["**", undefined].includes(segments.pop())) return undefined;
  }
  return segments;
}

function covers(pattern: readonly (RegExp | "**")[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return true;
  const [name, ...below] = path;
  if (first === "**") return covers(rest, path) || (name !== undefined && covers(pattern, below));
  return name !== undefined && first.test(name) && covers(rest, below);
}

const characters = ["a", "b", "."];
const names = characters.flatMap((one) => [one, ...characters.map((other) => one + other)]);
const proper = names.filter((name) => name !== "." && name !== "..");
const universe = proper.flatMap((one) => [
  [one],
  ...proper.flatMap((two) => [[one, two], ...proper.map((three) => [one, two, three])]),
]);

// Mostly what has a meaning, seldom what stays open.
const part = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("a", "b", ".", "/", "*", "?") },
  { weight: 6, arbitrary: fc.constantFrom("**/", "/**", "**", "./", "..", "[ab]", "[!a]", "[.a]") },
  { weight: 6, arbitrary: fc.constantFrom("{a,b}", "{,a}", "{*,b}", "{/,b}", "{.,a/b}", "{**,a}") },
  { weight: 1, arbitrary: fc.constantFrom("{", "}", ",", "[", "\\", "{[^b],{b,}/*}") },
);
const glob = fc
  .array(part, { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(""))
  .filter((text) => globFault(text) === undefined);

test("a path in common is found exactly when there is one", () => {
  fc.assert(
    fc.property(glob, glob, (one, other) => {
      const path = commonPath(compileGlob(one).automaton, compileGlob(other).automaton);
      const paths = path === undefined ? universe : [path.split("/")];
      const [first, second] = [coverageOf(one), coverageOf(other)];
      expect(paths.some((some) => first?.(some) && second?.(some))).toBe(path !== undefined);
      expect(path ?? "none").not.toMatch(/(^|\/)\.{0,2}(\/|$)/);
      expect(globsOverlap(other, one)).toBe(path !== undefined);
    }),
    { numRuns: 2_000 },
  );
});

test("a glob overlaps itself, and covers the same paths when it is normalized", () => {
  fc.assert(
    fc.property(glob, (one) => {
      expect(globsOverlap(one, one)).toBe(true);
      const [given, kept] = [coverageOf(one), coverageOf(normalizeGlob(one))];
      expect(universe.find((path) => given?.(path) !== kept?.(path))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("what is refused without a `..` has no path, or an alternative that is no glob", () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from("ab./*?[]{},!\\")),
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(text, (one) => {
      const fault = globFault(one);
      if (fault === undefined || `${fault}${one}`.includes("..")) return;
      // `./` is dropped first: `./{/a,b}` is refused as `{/a,b}` is.
      const given = coverageOf(one.replace(/^(?:\\?\.(?:\\?\/)+)+/, ""));
      expect(universe.find((path) => given?.(path))).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});

const repeat = (text: string, length: number): string => text.repeat(length / text.length);

test.each([
  ["*a*a*a*a*a*b", "*a*a*a*a*a*b", true],
  [`${repeat("*a", 1022)}x`, `${repeat("*a", 1022)}y`, false],
  [`${repeat("*a", 1022)}x`, `${repeat("?*", 1022)}y`, false],
  [`*${repeat("?", 1022)}x`, `*${repeat("?", 1022)}y`, false],
  [repeat("*a", 1024), `${repeat("*b", 1022)}*`, true],
  [`${repeat("**/", 1020)}x`, `${repeat("**/", 1020)}y`, true],
  [`${repeat("**/a/", 1020)}x`, `${repeat("**/*a/", 1020)}y`, true],
  [repeat("*/", 1020), `${repeat("a/", 1020)}b`, true],
  [
    `${repeat("{a,b}", 45)}${repeat("*a", 900)}x`,
    `${repeat("{b,a}", 45)}${repeat("*a", 900)}y`,
    false,
  ],
  [`{${repeat("*a,", 990)}b}x`, `{${repeat("*b,", 990)}a}y`, false],
  [`[${repeat("ac", 1000)}]`, `[${repeat("bd", 1000)}]`, false],
  [repeat("{", 1024), repeat("{", 1024), true],
  [repeat("[", 1024), `${repeat("[", 1023)}b`, false],
  [`a${repeat("{", 500)}${repeat("}", 500)}`, "b", false],
])("globs of adversarial size are compared at once: case %#", (one, other, expected) => {
  expect(globsOverlap(one, other)).toBe(expected);
  expect(globsOverlap(other, one)).toBe(expected);
});
