import fc from "fast-check";
import { expect, test } from "vitest";

import { globsOverlap } from "./glob-overlap.ts";
import { GlobError, globFault, literalGlob, normalizeGlob } from "./glob.ts";

test.each([
  ["src/a.ts", "src/a.ts"],
  ["./src", "src"],
  ["././src/./a.ts/.", "src/a.ts"],
  ["src//deep///a.ts//", "src/deep/a.ts"],
  ["a/../b", "b"],
  ["a/b/../../c/d/..", "c"],
  ["*/../b", "b"],
  [".", "**"],
  ["./", "**"],
  ["a/..", "**"],
  ["**", "**"],
  ["a\\/b", "a/b"],
  ["\\./a/\\.\\./b", "b"],
  ["./{a,./b//c}//d", "{a,./b//c}/d"],
  ["a[/../b]", "b]"],
  ["e\u0301/\u00e9", "\u00e9/\u00e9"],
  ["..a/b../...", "..a/b../..."],
  [" a ", " a "],
  ["!a", "!a"],
])("%j is kept as %j", (glob, text) => {
  expect(normalizeGlob(glob)).toBe(text);
  expect(normalizeGlob(text)).toBe(text);
});

test.each([
  ["", "empty"],
  [" \t\n", "empty"],
  ["./ /", "empty"],
  ["/", "absolute"],
  ["/x", "absolute"],
  ["\\/x", "absolute"],
  ["C:\\x", "absolute"],
  ["c:/x", "absolute"],
  ["./C:/x", "absolute"],
  ["a/../C:/x", "absolute"],
  ["{C,D}:/x", "absolute"],
  ["{a,/x}", "absolute"],
  ["{a,}/x", "absolute"],
  ["{a,}", "alternatives is empty"],
  ["..", "leaves"],
  ["../x", "leaves"],
  ["./../x", "leaves"],
  ["a/../../x", "leaves"],
  ["\\.\\./x", "leaves"],
  ["{a,../x}", "`..` among alternatives"],
  ["a/{b,..}/c", "`..` among alternatives"],
  ["a/.{.,b}/c", "`..` among alternatives"],
  ["{a,b/c}/../d", "`..` behind alternatives"],
  ["a/**/../b", "`..` behind alternatives or `**`"],
  ["a\0", "NUL"],
  ["\ud800", "Unicode"],
  ["a".repeat(1025), "1024 characters"],
  ["{a,b}".repeat(10), "1000 alternatives"],
  [`{${",".repeat(500)}}{,a}/b`, "1000 alternatives"],
  ["{a,b}".repeat(200), "1000 alternatives"],
  ["[b-a]", "no path"],
  ["a/[.]/b", "no path"],
])("%j is refused, with the reason", (glob, reason) => {
  expect(globFault(glob)).toContain(reason);
  expect(() => normalizeGlob(glob)).toThrow(GlobError);
  expect(() => globsOverlap("a", glob)).toThrow(
    expect.objectContaining({ code: "GLOB_INVALID", glob, reason: globFault(glob) }),
  );
});

test.each([
  "C:",
  "a/C:/x",
  "{",
  "}",
  "[",
  "]",
  ",",
  "\\",
  "a\\",
  "[]",
  "[!]",
  "a{}",
  "{a}",
  "{{a,b},c{,d}}",
  "...",
  "**/**",
  "***",
  "\u{10ffff}",
  "a".repeat(1024),
  "\u{1f600}".repeat(1024),
  `a{${",".repeat(999)}}`,
])("%j is a glob", (glob) => {
  expect(globFault(glob)).toBeUndefined();
  expect(globsOverlap(glob, glob)).toBe(true);
});

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 6 })
  .filter((text) => text.isWellFormed() && !/[/\0]/.test(text) && !/^\.{1,2}$/.test(text));
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"))
  .filter((text) => text.trim() !== "" && !/^[A-Za-z]:[\\/]/.test(text));

test("every path has a glob that covers it, what is below, and no other path", () => {
  fc.assert(
    fc.property(path, path, (one, other) => {
      const [mine, theirs] = [one.normalize("NFC"), other.normalize("NFC")];
      const isShared = `${mine}/`.startsWith(`${theirs}/`) || `${theirs}/`.startsWith(`${mine}/`);
      expect(globsOverlap(literalGlob(one), literalGlob(other))).toBe(isShared);
      expect(globsOverlap(literalGlob(one), literalGlob(`${one}/${other}`))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("every text is a glob or has a fault, and what is kept of it is kept", () => {
  const special = fc.constantFrom(...Array.from("ab./*?[]{},!^-\\\0 :C\u0301\u00e9"));
  const text = fc.string({ unit: fc.oneof(special, fc.string({ unit: "binary", maxLength: 1 })) });
  fc.assert(
    fc.property(text, (glob) => {
      if (globFault(glob) !== undefined) return;
      const kept = normalizeGlob(glob);
      expect(normalizeGlob(kept)).toBe(kept);
      expect(globsOverlap(glob, kept)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
