import fc from "fast-check";
import { expect, test } from "vitest";

import { branchFault } from "./branch-name.ts";
import { isSpecName } from "./spec-name.ts";
import {
  hintFault,
  isOfBranchModel,
  parseStatus,
  specPathFault,
  type SpecStatus,
  withStatus,
} from "./spec-status.ts";
import { YamlFault } from "./yaml-map.ts";

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12, unit: "grapheme" }),
  fc.constantFrom(
    "null",
    "~",
    "---",
    "yes",
    "a: b",
    "a #b",
    "'",
    "- x",
    "&a",
    "*a",
    "{a}",
    "specs/a b.md",
    "007",
  ),
);

const status: fc.Arbitrary<SpecStatus> = fc.record({
  name: text.filter(isSpecName),
  spec: text.filter((path) => specPathFault(path) === undefined),
  last_known_branch: fc.option(text.filter((name) => branchFault(name) === undefined)),
});

test("what is written reads back, whatever the names", () => {
  fc.assert(
    fc.property(status, status, (first, second) => {
      const once = withStatus("", first);
      expect(parseStatus(once)).toEqual(first);
      const twice = withStatus(`# mine\nextra: 'x'\r\n${once}`, second);
      expect(parseStatus(twice)).toEqual(second);
      expect(twice).toContain("# mine\nextra: 'x'\r\n");
      expect(withStatus(twice, second)).toBe(twice);
      expect(once.split("\n")).toHaveLength(4);
    }),
    { numRuns: 300 },
  );
});

const OLD = "# mine\nname: a\nspec: specs/a.md\nbranch: feat/a # theirs\n";

test("the branch of old is the last known one, and becomes it when the status is written", () => {
  expect(isOfBranchModel(OLD)).toBe(true);
  expect(parseStatus(OLD).last_known_branch).toBe("feat/a");
  const now = OLD.replace("branch:", "last_known_branch:");
  expect(withStatus(OLD, {})).toBe(now);
  expect(isOfBranchModel(now)).toBe(false);
  expect(withStatus(OLD, { last_known_branch: null })).toBe(now.replace("feat/a", "null"));
});

test("a user's own field named branch stays beside the hint", () => {
  const both = `${OLD}last_known_branch: main\n`;
  expect(parseStatus(both).last_known_branch).toBe("main");
  expect(withStatus(both, {})).toBe(both);
});

test.each([
  ["no text", '""', /^$/],
  ["what git cannot have", "a b", /character/],
  ["an option", "--force", /dash/],
  ["an escape sequence", '"\\e[31m"', /character/],
])("a hint of %s is none", (_, hint, fault) => {
  const document = `name: a\nspec: a\nlast_known_branch: ${hint}\n`;
  expect(parseStatus(document).last_known_branch).toBeNull();
  expect(hintFault(document) ?? "").toMatch(fault);
});

test.each([
  ["no name", "spec: a\n"],
  ["a null for a name", "name:\nspec: a\n"],
  ["no spec", "name: a\n"],
  ["a list for a branch", "name: a\nspec: a\nlast_known_branch: [a]\n"],
  ["nothing", ""],
])("%s is no status", (_, document) => {
  expect(() => parseStatus(document)).toThrow(YamlFault);
});

test.each(["specs/a.md", "a", "ä/b c.md", "..a/b", "a/..b"])(
  "%s is a path in the checkout",
  (path) => {
    expect(specPathFault(path)).toBeUndefined();
  },
);

test.each([
  "",
  "..",
  "../a",
  "a/../../b",
  "/etc/passwd",
  "\\\\host\\a",
  "C:\\a",
  "c:a",
  "a\nb",
  "a\u0000",
  "\ud800",
  "x".repeat(5000),
])("%j is no path in the checkout", (path) => {
  expect(specPathFault(path)).toEqual(expect.any(String));
});
