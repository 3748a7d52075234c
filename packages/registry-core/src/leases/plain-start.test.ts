import fc from "fast-check";
import { expect, test } from "vitest";

import { globsOverlap } from "./glob-overlap.ts";
import { areApart } from "./plain-start.ts";

test.each([
  ["src/auth/**", "docs/a.md"],
  ["src/auth", "src/author/login.ts"],
  ["src/*.ts", "docs/*.ts"],
  [".github/workflows/**", ".ai/plan.md"],
])("%s and %s are told apart by a look", (one, other) => {
  expect(areApart(one, other)).toBe(true);
  expect(areApart(other, one)).toBe(true);
});

const segment = fc.constantFrom(
  "a",
  "b",
  "A",
  ".a",
  "a.b",
  "..",
  ".",
  "*",
  "**",
  "*.ts",
  "**.ts",
  "{a,b}",
  "[a]",
  "é",
  "\\a",
  "",
);
const glob = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"));

test("what is told apart by a look has no path in common", () => {
  fc.assert(
    fc.property(glob, glob, (one, other) => {
      fc.pre(areApart(one, other));
      expect(globsOverlap(one, other)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
