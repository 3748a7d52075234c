import { expect, test } from "vitest";

import { outcomeOf } from "../test/support/outcome.ts";
import { withYamlField, yamlField, YamlFault } from "./yaml-map.ts";

const FIELD = "last_known_branch";

test.each([
  "- a\n",
  "text\n",
  "''",
  "null\n",
  "a: 1\na: 2\n",
  "a: 1\n'a': 2\n",
  "a: *nowhere\n",
  "a: 1\n---\nb: 2\n",
  "a: 1\rb: 2\r",
  "a: [1\n",
  "last_known_branch: [a]\n",
  "last_known_branch: !x a\n",
  "a: &a 1\nlast_known_branch: *a\n",
])("%j is refused", (text) => {
  expect(() => withYamlField(text, FIELD, "b")).toThrow(YamlFault);
});

test.each([
  ["keys", Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join("\n")],
  ["anchors", Array.from({ length: 30_000 }, (_, index) => `k${index}: &a${index} v`).join("\n")],
  ["brackets", `a: ${"[".repeat(100_000)}`],
  ["nested keys", Array.from({ length: 1000 }, (_, index) => `${" ".repeat(index)}a:`).join("\n")],
  ["question marks", "? ".repeat(100_000)],
])(
  "a text of very many %s is read, or refused, before long",
  (_, text) => {
    const outcome = outcomeOf(() => yamlField(text, FIELD));
    expect(
      "error" in outcome ? outcome.error instanceof YamlFault : outcome.value === undefined,
    ).toBe(true);
  },
  60_000,
);

test("aliases that stand for very much are not followed", () => {
  const lists = Array.from({ length: 30 }, (_, index) => {
    const items = Array.from({ length: 9 }, () => (index === 0 ? "x" : `*l${index - 1}`));
    return `l${index}: &l${index} [${items.join(", ")}]`;
  });
  const text = `${lists.join("\n")}\nname: bomb\n`;
  expect(yamlField(text, "name")).toBe("bomb");
  expect(() => withYamlField(text, FIELD, "b")).toThrow(YamlFault);
});
