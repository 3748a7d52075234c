import { expect, test } from "vitest";

import { FILE, TEMPLATE, toldFor } from "../../test/support/project-with-plans.ts";
import { createCommandApplyHook } from "./command-apply.ts";

const hook = createCommandApplyHook("/some/where");

test.each([
  ["mend it", "mend it"],
  ['"mend the typo"', "mend the typo"],
  ["'mend the typo'", "mend the typo"],
  ["  mend  it \n", "mend  it"],
  [`say "it's"`, `say "it's"`],
  [`"one" and "two"`, `"one" and "two"`],
  [`"open`, `"open`],
])("/apply %s is the order to do that at once, there", async (typed, what) => {
  const { text } = await toldFor(hook, { command: "apply", typed });
  const [first, order, ...rest] = text.split("\n\n");
  expect(first).toBe("[APPLY-MODE] Working directory: /some/where");
  expect(order).toMatch(/^Make this edit now/);
  expect(rest.join("\n\n")).toBe(what);
});

test.each(["", "  ", '""', "' '"])("/apply %j tells how it is used", async (typed) => {
  const { text } = await toldFor(hook, { command: "apply", typed });
  expect(text).toMatch(/Usage: `\/apply <what>`/);
  expect(text).not.toContain("[APPLY-MODE]");
});

test("files that came with the command stay, behind one text", async () => {
  const { parts } = await toldFor(hook, { command: "apply", typed: "x" });
  expect(parts).toEqual([{ type: "text", text: expect.stringContaining("x") }, FILE]);
});

test("other commands are left alone", async () => {
  for (const command of ["plans", "Apply", "apply2", ""]) {
    const { parts } = await toldFor(hook, { command, typed: "x" });
    expect(parts).toEqual([FILE, { type: "text", text: TEMPLATE }]);
  }
});
