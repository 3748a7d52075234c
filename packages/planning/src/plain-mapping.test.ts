import fc from "fast-check";
import { expect, test } from "vitest";

import { plainMapping } from "./plain-mapping.ts";
import { fieldIn, openYaml } from "./yaml-source.ts";

const ODD = [
  "null",
  "Null",
  "true",
  "FALSE",
  "~",
  "yes",
  "no",
  ".inf",
  "0x1",
  "1e3",
  "1:2",
  "a #b",
  "a: b",
  "- a",
];
const word = fc.oneof(
  fc.stringMatching(/^[\w ./@+-]{0,8}$/),
  fc.constantFrom(
    ...ODD,
    "a b",
    "a  b",
    "name",
    "specs/login.md",
    "feat/x",
    "<<",
    "?",
    "&a",
    "*a",
    "!!str",
    "{}",
    "|",
  ),
);
const line = fc.oneof(
  fc
    .tuple(fc.oneof(word, fc.constantFrom("name", "spec", "branch")), word)
    .map(([key, value]) => `${key}: ${value}`),
  word.map((key) => `${key}:`),
  word.map((text) => `# ${text}`),
  word,
  fc.constantFrom("", " ", "---", "...", "\t", " name: x", "name: x ", "name:  x"),
);

test("what it takes for plain, the library reads in the same way", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = lines.join("\n");
      const plain = plainMapping(text);
      if (plain === undefined) return;
      const { map } = openYaml(text);
      expect(map?.items.length).toBe(plain.size);
      for (const [key, value] of plain) expect(fieldIn(map, key)).toBe(value);
    }),
    { numRuns: 5_000 },
  );
});

test("the files that Cabinet writes are plain", () => {
  const text = "# A note\nname: login\nspec: specs/login.md\nlast_known_branch: null\n";
  expect(plainMapping(text)).toEqual(
    new Map([
      ["name", "login"],
      ["spec", "specs/login.md"],
      ["last_known_branch", null],
    ]),
  );
  expect(plainMapping(text.replace("null", "feat/login-1.2"))?.get("last_known_branch")).toBe(
    "feat/login-1.2",
  );
});

test.each([
  "name: 007",
  "name: yes # really",
  'name: "login"',
  "name: login\r\n",
  "",
  "# only",
  `${"k".repeat(200)}: a`,
  "name: a\nname: b",
])("%j is left to the library", (text) => {
  expect(plainMapping(text)).toBeUndefined();
});
