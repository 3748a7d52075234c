import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { registerPlan } from "@x/registry-core/session-plans";

import {
  FILE,
  projectWithPlans,
  registeredIn,
  TEMPLATE,
  toldFor,
} from "../../test/support/project-with-plans.ts";
import { createCommandSynthHook, type SynthOptions } from "./command-synth.ts";

const OWN = "ses_a111111";
const OTHER = "ses_b222222";

async function synth(dir: string, typed = "", options: SynthOptions = {}): Promise<string> {
  const { text } = await toldFor(createCommandSynthHook(dir, options), { command: "synth", typed });
  return text;
}

function carriedOut(how: string, plan: string): string {
  return `${how}\n\nCarry out this plan, \`.ai/plan-${plan}.md\`:\n\n# ${plan}\n`;
}

test("without a name it is the session's own plan, which becomes executed, and no other", async () => {
  const dir = projectWithPlans("own", "other");
  await registerPlan(dir, OWN, "own");
  await registerPlan(dir, OTHER, "other");
  expect(await synth(dir)).toBe(carriedOut("[SESSION-RESOLVED] own", "own"));
  expect(await registeredIn(dir)).toEqual([`${OWN}: own executed`, `${OTHER}: other created`]);
});

test.each<[string, SynthOptions]>([
  ["has started it", { parentsOf: (id) => (id === OWN ? ["ses_c333333", OTHER] : []) }],
  ["it has started", { childrenOf: (id) => (id === OWN ? ["ses_c333333", OTHER] : []) }],
])("without one of its own it is the plan of the session that %s", async (_, options) => {
  const dir = projectWithPlans("one", "two");
  await registerPlan(dir, OTHER, "one");
  expect(await synth(dir, "", options)).toBe(carriedOut("[SESSION-RESOLVED] one", "one"));
  expect(await registeredIn(dir)).toEqual([`${OTHER}: one executed`]);
});

test("else it is the only plan there is, which becomes that of the session", async () => {
  const dir = projectWithPlans("only");
  const how = "[AUTO-RESOLVED] only (the only plan there is)";
  expect(await synth(dir)).toBe(carriedOut(how, "only"));
  expect(await registeredIn(dir)).toEqual([`${OWN}: only executed`]);
});

test("else there is none, and those that there are, are named", async () => {
  const text = await synth(projectWithPlans("one", "two"));
  expect(text).toMatch(
    /^No plan is associated with this session\. .*`one`, `two`\. `\/synth <name>`/,
  );
  const empty = await synth(projectWithPlans());
  expect(empty).toMatch(/^No plan is associated with this session\. There are no plans/);
});

const NAMES = ["login", "login-tests", "search", "__proto__"];

test.each([
  ["login", "Plan: login", "login"],
  ["plan-login.md", "Plan: login", "login"],
  [".ai/plan-login.md", "Plan: login", "login"],
  [String.raw`.ai\plan-login.md`, "Plan: login", "login"],
  ["LOGIN", '[AUTO-RESOLVED] login (for "LOGIN")', "login"],
  ["sea", '[AUTO-RESOLVED] search (for "sea")', "search"],
  ['"sea"', '[AUTO-RESOLVED] search (for "sea")', "search"],
  ["'login'", "Plan: login", "login"],
  ["__proto__", "Plan: __proto__", "__proto__"],
  ["__pro", '[AUTO-RESOLVED] __proto__ (for "__pro")', "__proto__"],
])("named %s, it is carried out, and told how it was found: %s", async (typed, how, plan) => {
  const dir = projectWithPlans(...NAMES);
  expect(await synth(dir, typed)).toBe(carriedOut(how, plan));
  expect(await registeredIn(dir)).toEqual([`${OWN}: ${plan} executed`]);
});

test.each([
  ["log", "`login`, `login-tests`."],
  ["LOG", "`login`, `login-tests`."],
  ["login.md", "`login`, `login-tests`, `search`."],
  ["payments", "`login`, `login-tests`, `search`."],
  ["../login", "`login`, `login-tests`, `search`."],
  ["constructor", "`login`, `login-tests`, `search`."],
])("%s names no single plan: those that may be meant are told, else all", async (typed, told) => {
  const dir = projectWithPlans(...NAMES);
  const text = await synth(dir, typed);
  expect(text.startsWith(`There is no single plan that "${typed}" means. `)).toBe(true);
  expect(text).toContain(told);
  expect(await registeredIn(dir)).toEqual([]);
});

test("the plan of another session becomes executed as theirs, and this one keeps its own", async () => {
  const dir = projectWithPlans("own", "other");
  await registerPlan(dir, OWN, "own");
  await registerPlan(dir, OTHER, "other");
  expect(await synth(dir, "other")).toBe(carriedOut("Plan: other", "other"));
  expect(await registeredIn(dir)).toEqual([`${OWN}: own created`, `${OTHER}: other executed`]);
});

test("an untracked plan becomes that of the session that carries it out, instead of the one it had", async () => {
  const dir = projectWithPlans("own", "free");
  await registerPlan(dir, OWN, "own");
  expect(await synth(dir, "free")).toBe(carriedOut("Plan: free", "free"));
  expect(await registeredIn(dir)).toEqual([`${OWN}: free executed`]);
});

test("a plan whose file is gone is nobody's", async () => {
  const dir = projectWithPlans("own", "one", "two");
  await registerPlan(dir, OWN, "own");
  rmSync(join(dir, ".ai/plan-own.md"));
  expect(await synth(dir)).toMatch(/^No plan is associated/);
  expect(await registeredIn(dir)).toEqual([`${OWN}: own created`]);
});

test("a very long name is told in part, and a damaged registry does not keep a plan from being read", async () => {
  const dir = projectWithPlans("own");
  const text = await synth(dir, "x".repeat(100_000));
  expect(text.length).toBeLessThan(1_000);
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{");
  const warnings: string[] = [];
  const onWarning = ({ code }: { readonly code: string }): void => void warnings.push(code);
  expect(await synth(dir, "own", { onWarning })).toBe(carriedOut("Plan: own", "own"));
  expect(warnings).not.toEqual([]);
});

test("files that came with it stay, and other commands are left alone", async () => {
  const dir = projectWithPlans("own");
  const hook = createCommandSynthHook(dir);
  const { parts } = await toldFor(hook, { command: "synth", typed: "own" });
  expect(parts).toEqual([{ type: "text", text: expect.stringContaining("# own") }, FILE]);
  expect((await toldFor(hook, { command: "plans", typed: "own" })).text).toBe(TEMPLATE);
});
