import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { registerPlan, restorePlans } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  FILE,
  projectWithPlans,
  registeredIn,
  TEMPLATE,
  toldFor,
} from "../../test/support/project-with-plans.ts";
import { createCommandCleanHook } from "./command-clean.ts";

function clean(dir: string, command = "clean") {
  return toldFor(createCommandCleanHook(dir), { command });
}

test("/clean puts the plans and their registry away, and says how they come back", async () => {
  const dir = projectWithPlans("a", "__proto__");
  writeFileSync(join(dir, ".ai/notes.md"), "mine\n");
  writeFileSync(join(dir, ".ai/plan.md"), "mine too\n");
  await registerPlan(dir, "ses_a111111", "a");
  const { text, parts } = await clean(dir);
  expect(text).toMatch(
    /^Tell the user this, and do nothing else: Deleted 2 file\(s\)\. Removed session-plan registry\. They are in /,
  );
  const [, id = ""] = /`cabinet restore plans:([^`]+)`/.exec(text) ?? [];
  expect(text).toContain(`\`.ai/.trash/${id}/\``);
  expect(parts.at(-1)).toEqual(FILE);
  expect(readdirSync(join(dir, ".ai")).toSorted()).toEqual([".trash", "notes.md", "plan.md"]);
  expect(await registeredIn(dir)).toEqual([]);
  await restorePlans(dir, id);
  expect(readFileSync(join(dir, ".ai/plan-__proto__.md"), "utf8")).toBe("# __proto__\n");
  expect(await registeredIn(dir)).toEqual(["ses_a111111: a created"]);
});

test("plans without a registry, and a registry without plans, are put away too", async () => {
  const { text } = await clean(projectWithPlans("a"));
  expect(text).toContain("Deleted 1 file(s). They are in");
  const dir = projectWithPlans();
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{}\n");
  const left = (await clean(dir)).text;
  expect(left).toContain("No `.md` files found that are plans. Removed session-plan registry.");
  expect(existsSync(join(dir, ".ai/.session-plans.json"))).toBe(false);
});

test("where there is nothing, that is said and nothing made", async () => {
  const dir = projectWithPlans();
  expect((await clean(dir)).text).toContain("No `.md` files found");
  expect(readdirSync(join(dir, ".ai"))).toEqual([]);
  const empty = temporaryFolder();
  expect((await clean(empty)).text).toContain("No `.ai/` directory found");
  expect(readdirSync(empty)).toEqual([]);
});

test("other commands remove nothing", async () => {
  const dir = projectWithPlans("a");
  const { text } = await clean(dir, "plans");
  expect(text).toBe(TEMPLATE);
  expect(readdirSync(join(dir, ".ai"))).toEqual(["plan-a.md"]);
});
