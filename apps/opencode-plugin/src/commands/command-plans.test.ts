import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { registerPlan, updatePlanStatus } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  FILE,
  projectWithPlans,
  TEMPLATE,
  toldFor,
} from "../../test/support/project-with-plans.ts";
import { watchedClient } from "../../test/support/watched-client.ts";
import type { Client } from "../opencode.ts";
import { createCommandPlansHook } from "./command-plans.ts";

const now = (): Date => new Date(Date.UTC(2026, 0, 2));

test("/plans is a table of all plans: registered ones, those without a file, and untracked ones", async () => {
  const dir = projectWithPlans("a", "b", "gone", "_x_", "__proto__");
  await registerPlan(dir, "ses_b222222", "b", { now });
  await registerPlan(dir, "ses_c333333", "gone", { now });
  await updatePlanStatus(dir, "ses_b222222", "executed");
  rmSync(join(dir, ".ai/plan-gone.md"));
  const { client, toasts } = watchedClient();
  const { text, parts } = await toldFor(createCommandPlansHook(dir, client), { command: "plans" });
  const [order, ...table] = text.split("\n").filter((line) => line !== "");
  expect(order).toMatch(/^Show the user this table/);
  expect(table.slice(0, 4)).toEqual([
    "| Plan | Status | Session | Created |",
    "| --- | --- | --- | --- |",
    String.raw`| b | executed | ses_b222222 | 2026-01-02T00:00:00.000Z |`,
    String.raw`| gone | created, its file is gone | ses_c333333 | 2026-01-02T00:00:00.000Z |`,
  ]);
  expect(table.slice(4).toSorted()).toEqual([
    String.raw`| \_\_proto\_\_ | untracked | - | - |`,
    String.raw`| \_x\_ | untracked | - | - |`,
    "| a | untracked | - | - |",
  ]);
  expect(parts.at(-1)).toEqual(FILE);
  expect(toasts).toEqual(["5 plans"]);
});

test("a project without plans is told so, and none is counted", async () => {
  for (const dir of [projectWithPlans(), temporaryFolder()]) {
    const { client, toasts } = watchedClient();
    const { text } = await toldFor(createCommandPlansHook(dir, client), { command: "plans" });
    expect(text).toMatch(/^There are no plans in `\.ai\/` of this project\./);
    expect(toasts).toEqual(["0 plans"]);
  }
});

test("a toast that fails changes nothing, and one plan is one", async () => {
  const dir = projectWithPlans("a");
  const throws = (): never => {
    throw new Error("no");
  };
  const rejects = (): Promise<never> => Promise.reject(new Error("no"));
  const clients: (Client | null | undefined)[] = [
    null,
    undefined,
    {},
    { tui: {} },
    { tui: { showToast: throws } },
    { tui: { showToast: rejects } },
  ];
  for (const client of clients) {
    const { text } = await toldFor(createCommandPlansHook(dir, client), { command: "plans" });
    expect(text).toContain("| a | untracked | - | - |");
  }
  const { client, toasts } = watchedClient();
  await toldFor(createCommandPlansHook(dir, client), { command: "plans" });
  expect(toasts).toEqual(["1 plan"]);
});

test("other commands are left alone, and nobody is shown anything", async () => {
  const { client, toasts } = watchedClient();
  const hook = createCommandPlansHook(projectWithPlans("a"), client);
  expect((await toldFor(hook, { command: "synth" })).text).toBe(TEMPLATE);
  expect(toasts).toEqual([]);
});
