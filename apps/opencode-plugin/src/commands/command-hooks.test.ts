import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { registerPlan } from "@x/registry-core/session-plans";

import {
  projectWithPlans,
  registeredIn,
  TEMPLATE,
  toldFor,
} from "../../test/support/project-with-plans.ts";
import { watchedClient } from "../../test/support/watched-client.ts";
import type { ClientConfig } from "../opencode.ts";
import { Sessions } from "../sessions.ts";
import { createCommandHooks } from "./command-hooks.ts";

async function open(dir: string | [string, ...string[]], config: ClientConfig = {}) {
  const sessions = new Sessions();
  const { client, toasts } = watchedClient();
  const folders: [string, ...string[]] = typeof dir === "string" ? [dir] : dir;
  const parts = { folders, directory: "/started/here", client, sessions, onWarning: () => {} };
  const { config: configure, commandBefore } = createCommandHooks(parts);
  await configure?.(config);
  const told = async (command: string, typed = "", sessionID = "ses_a111111"): Promise<string> => {
    const hook = async (...args: Parameters<NonNullable<typeof commandBefore>>): Promise<void> =>
      commandBefore?.(...args);
    return (await toldFor(hook, { command, typed, sessionID })).text;
  };
  return { config, sessions, told, toasts };
}

test("the client is told of four commands, each with what it shows and says without us", async () => {
  const { config } = await open(projectWithPlans());
  expect(Object.keys(config.command ?? {})).toEqual(["plans", "synth", "clean", "apply"]);
  for (const { template, description } of Object.values(config.command ?? {})) {
    expect(description).toMatch(/^Cabinet: /);
    expect(template).not.toBe("");
  }
});

test("each does its own, in the first folder that has plans then, or where the client was started", async () => {
  const [first, second] = [projectWithPlans(), projectWithPlans("b")];
  const { told, toasts } = await open([first, second]);
  expect(await told("plans")).toContain("| b | untracked |");
  writeFileSync(join(first, ".ai/plan-a.md"), "# a\n");
  expect(await told("plans")).toContain("| a | untracked |");
  expect(await told("synth", "a")).toContain("# a");
  expect(await told("apply", "mend")).toMatch("[APPLY-MODE] Working directory: /started/here\n");
  expect(await told("clean")).toContain("Deleted 1 file(s)");
  expect(toasts).toEqual(["1 plan", "1 plan"]);
});

test("a command of the user's own stays theirs, and the others are ours", async () => {
  const dir = projectWithPlans("a");
  const own = { template: "My own: $ARGUMENTS" };
  const { config, told } = await open(dir, { command: { clean: own, mine: own } });
  expect(config.command?.["clean"]).toBe(own);
  expect(await told("clean")).toBe(TEMPLATE);
  expect(await told("mine")).toBe(TEMPLATE);
  expect(await told("plans")).toContain("| a | untracked |");
});

test.each(["__proto__", "constructor", "toString", "init"])("/%s is none of ours", async (name) => {
  const { told } = await open(projectWithPlans("a"));
  expect(await told(name)).toBe(TEMPLATE);
});

test("/synth knows the family of its session", async () => {
  const dir = projectWithPlans("a", "b");
  const { told, sessions } = await open(dir);
  sessions.hearOf("ses_child11").parentID = "ses_parent1";
  await registerPlan(dir, "ses_parent1", "a");
  expect(await told("synth", "", "ses_child11")).toMatch(/^\[SESSION-RESOLVED\] a/);
  expect(await registeredIn(dir)).toEqual(["ses_parent1: a executed"]);
  await registerPlan(dir, "ses_child11", "b");
  expect(await told("synth", "", "ses_parent1")).toMatch(/^\[SESSION-RESOLVED\] a/);
  expect(await told("synth", "", "ses_child11")).toMatch(/^\[SESSION-RESOLVED\] b/);
});
