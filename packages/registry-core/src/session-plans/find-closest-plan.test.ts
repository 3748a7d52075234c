import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { closestName, findClosestPlan } from "./find-closest-plan.ts";
import { registerPlan } from "./register-plan.ts";
import { updatePlanStatus } from "./update-plan-status.ts";

test.each<[string, string[], string | undefined]>([
  ["auth", ["auth", "auth-fix"], "auth"],
  ["AUTH", ["auth", "auth-fix"], "auth"],
  ["auth-f", ["auth", "auth-fix"], "auth-fix"],
  ["Fix", ["auth", "auth-fix"], "auth-fix"],
  ["aut", ["auth", "auth-fix"], undefined],
  ["t", ["auth", "auth-fix"], undefined],
  ["fix", ["auth-fix", "fix-auth"], "fix-auth"],
  ["login", ["Login", "LOGIN"], undefined],
  ["LOGIN", ["Login", "LOGIN"], "LOGIN"],
  ["cafe\u0301", ["caf\u00e9"], "caf\u00e9"],
  ["caf\u00e9", ["caf\u00e9", "cafe\u0301"], "caf\u00e9"],
  ["", ["only"], "only"],
  ["", ["one", "two"], undefined],
  ["", [], undefined],
  ["../evil", ["evil"], undefined],
  [".*", ["evil"], undefined],
])("%j among %j is %j", (partial, names, found) => {
  expect(closestName(names, partial)).toBe(found);
});

test("the closest plan is one on disk, with its latest registration", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  writeFileSync(join(dir, ".ai/plan-auth-fix.md"), "# Fix\n");
  expect(await findClosestPlan(dir, "auth")).toEqual({ plan: "auth-fix", entry: null });
  const at = (hour: number) => () => new Date(Date.UTC(2026, 0, 1, hour));
  await registerPlan(dir, "ses_66d2", "auth-fix", { now: at(2) });
  await registerPlan(dir, "ses_66d1", "auth-fix", { now: at(1) });
  await registerPlan(dir, "ses_77d1", "gone", { now: at(3) });
  await updatePlanStatus(dir, "ses_66d2", "executed");
  expect(await findClosestPlan(dir, "")).toEqual({
    plan: "auth-fix",
    entry: {
      plan: "auth-fix",
      createdAt: "2026-01-01T02:00:00.000Z",
      status: "executed",
      sessionID: "ses_66d2",
    },
  });
  expect(await findClosestPlan(dir, "gone")).toBeNull();
  expect(await findClosestPlan(join(dir, "missing"), "")).toBeNull();
});
