import { expect, test } from "vitest";

import { assertSpecName } from "./spec-name.ts";

test.each(["taskflow-mvp", "auth fix", "ünïcode", "v1.2", "console", "phase"])(
  "%s is a spec name",
  (name) => {
    expect(() => assertSpecName(name)).not.toThrow();
  },
);

test.each([
  "",
  "..",
  "../../evil",
  "/etc/x",
  "a/b",
  "a\\b",
  "x ",
  "x.",
  "CON",
  "con.md",
  "lpt1",
  "COM¹",
  "a:b",
  "what?",
  ".active",
  ".hidden",
  "ROADMAP.md",
  "x.lock",
  "x.lock.next",
  "x.tmp.1",
  ".LOCAL",
  "phases",
  "a\u0000",
  "x".repeat(300),
])("%j is refused", (name) => {
  expect(() => assertSpecName(name)).toThrow(
    expect.objectContaining({ code: "PLANNING_NAME_UNSAFE", value: name }),
  );
});

test("what is no text is a mistake of the caller", () => {
  // @ts-expect-error: a caller without types
  expect(() => assertSpecName(3)).toThrow("a name is a text");
});
