import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { listPlans, registerPlan, updatePlanStatus } from "@x/registry-core/session-plans";

import { projectWithPlans, registeredIn } from "../../test/support/project-with-plans.ts";
import type { HookPart } from "../hook-part.ts";
import { Sessions } from "../sessions.ts";
import { createPlanHooks } from "./plan-hooks.ts";

const OWN = "ses_a111111";
const OTHER = "ses_b222222";

function open(...folders: [string, ...string[]]): HookPart & { readonly sessions: Sessions } {
  const sessions = new Sessions();
  return { ...createPlanHooks({ folders, sessions, onWarning: () => {} }), sessions };
}

function writes(filePath: string, sessionID = OWN) {
  return { tool: "write", sessionID, args: { filePath } };
}

/** As long as it is there, nothing can be registered. */
function obstacleIn(dir: string): { remove(): void } {
  const registry = join(dir, ".ai/.session-plans.json");
  mkdirSync(registry);
  return { remove: () => rmdirSync(registry) };
}

test("a plan is filed for the session that wrote it, with its parent", async () => {
  const dir = projectWithPlans("a", "b", "c");
  const { sessions, toolAfter } = open(dir);
  sessions.hearOf(OWN).parentID = OTHER;
  await toolAfter?.(writes(".ai/plan-a.md"), {});
  await toolAfter?.(
    { ...writes("", OTHER), tool: "edit", args: { filePath: join(dir, ".ai/plan-b.md") } },
    {},
  );
  expect(await listPlans(dir)).toMatchObject([
    { sessionID: OWN, plan: "a", parentID: OTHER },
    { sessionID: OTHER, plan: "b" },
  ]);
  const patchText = "*** Begin Patch\n*** Update File: .ai/plan-c.md\n@@\n-a\n+b\n*** End Patch\n";
  await toolAfter?.({ tool: "apply_patch", sessionID: OTHER, args: { patchText } }, {});
  expect(await registeredIn(dir)).toContain(`${OTHER}: c created`);
});

test("what is no plan of this project is not filed", async () => {
  const [dir, other] = [projectWithPlans("a"), projectWithPlans("b")];
  const { toolAfter } = open(dir);
  for (const call of [
    { ...writes(".ai/plan-a.md"), tool: "read" },
    writes("README.md"),
    writes(".ai/plan-gone.md"),
    writes(join(other, ".ai/plan-b.md")),
    { ...writes(""), args: null },
  ]) {
    await toolAfter?.(call, {});
  }
  expect(await registeredIn(dir)).toEqual([]);
  expect(await registeredIn(other)).toEqual([]);
});

test("each folder has its own registry, and relative paths begin at the first", async () => {
  const [first, second] = [projectWithPlans("a"), projectWithPlans("a", "b")];
  const { toolAfter } = open(first, second);
  await toolAfter?.(writes(".ai/plan-a.md"), {});
  await toolAfter?.(writes(".ai/plan-b.md"), {});
  await toolAfter?.(writes(join(second, ".ai/plan-b.md"), OTHER), {});
  expect(await registeredIn(first)).toEqual([`${OWN}: a created`]);
  expect(await registeredIn(second)).toEqual([`${OTHER}: b created`]);
});

test.each<[string, (part: HookPart) => void | Promise<void>]>([
  ["when the session is idle", (part) => part.event?.({ type: "session.idle" })],
  ["at the end", (part) => part.dispose?.()],
])("what could not be filed is filed %s, all of it", async (_, retry) => {
  const dir = projectWithPlans("a", "b");
  const part = open(dir);
  const obstacle = obstacleIn(dir);
  await expect(part.toolAfter?.(writes(".ai/plan-a.md"), {})).rejects.toThrow("directory");
  await expect(part.toolAfter?.(writes(".ai/plan-b.md", OTHER), {})).rejects.toThrow("directory");
  await part.event?.({ type: "session.updated" });
  // Still in vain: both are tried again.
  await expect(retry(part)).rejects.toThrow("directory");
  obstacle.remove();
  expect(await registeredIn(dir)).toEqual([]);
  await retry(part);
  expect(await registeredIn(dir)).toEqual([`${OWN}: a created`, `${OTHER}: b created`]);
});

test("what was filed is not filed again", async () => {
  const dir = projectWithPlans("a", "b");
  const part = open(dir);
  const obstacle = obstacleIn(dir);
  await expect(part.toolAfter?.(writes(".ai/plan-a.md"), {})).rejects.toThrow("directory");
  obstacle.remove();
  await part.event?.({ type: "session.idle" });
  await part.toolAfter?.(writes(".ai/plan-b.md"), {});
  await part.event?.({ type: "session.idle" });
  await part.dispose?.();
  expect(await registeredIn(dir)).toEqual([`${OWN}: b created`]);
});

test("of very many that wait, the latest hundred are kept", async () => {
  const dir = projectWithPlans("a");
  const part = open(dir);
  const obstacle = obstacleIn(dir);
  for (let index = 0; index <= 100; index += 1) {
    await expect(
      part.toolAfter?.(writes(".ai/plan-a.md", `ses_${index + 1000}`), {}),
    ).rejects.toThrow("directory");
  }
  obstacle.remove();
  await part.dispose?.();
  const sessions = (await listPlans(dir)).map(({ sessionID }) => sessionID);
  expect(sessions).toHaveLength(100);
  expect(sessions).not.toContain("ses_1000");
});

test("what was filed, carried out or put away since is not filed again by a retry", async () => {
  const dir = projectWithPlans("a", "b");
  const part = open(dir);
  const obstacle = obstacleIn(dir);
  await expect(part.toolAfter?.(writes(".ai/plan-a.md"), {})).rejects.toThrow("directory");
  await expect(part.toolAfter?.(writes(".ai/plan-b.md", OTHER), {})).rejects.toThrow("directory");
  obstacle.remove();
  await registerPlan(dir, OWN, "a");
  await updatePlanStatus(dir, OWN, "executed");
  rmSync(join(dir, ".ai/plan-b.md"));
  await part.event?.({ type: "session.idle" });
  expect(await registeredIn(dir)).toEqual([`${OWN}: a executed`]);
});
