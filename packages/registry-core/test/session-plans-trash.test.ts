import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { listPlans, listTrash, restorePlans } from "../src/session-plans/index.ts";
import type { ChurnOrder } from "./programs/trash-churn.ts";
import { projectWith } from "./support/plan-project.ts";

const REGISTRARS = ["a", "b", "c"];
const CLEANERS = 2;
const TIMES = isLongTier ? 200 : 25;
const program = fileURLToPath(new URL("programs/trash-churn.ts", import.meta.url));

/** What of the plans that were registered is nowhere, once all processes have ended. */
async function lossesWith(work: ChurnOrder["work"]): Promise<string[]> {
  const dir = projectWith();
  const stopFile = join(temporaryFolder(), "stop");
  const start = (order: Pick<ChurnOrder, "work" | "name">) => {
    const whole = { dir, stopFile, times: TIMES, ...order };
    const child = runTypeScript(program, [JSON.stringify(whole)], { timeout: 240_000 });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const registrars = REGISTRARS.map((name) => start({ work: "register", name }));
  const cleaners = Array.from({ length: CLEANERS }, () => start({ work, name: "" }));
  const registered = Promise.all(registrars.map(endOf));
  const cleaned = Promise.all(cleaners.map(endOf));
  await startTogether([...registrars, ...cleaners]);
  const endings = await registered;
  writeFileSync(stopFile, "");
  endings.push(...(await cleaned));
  for (const { code, signal, stderr } of work === "clean" ? endings : []) {
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  }
  for (const { id } of await listTrash(dir)) await restorePlans(dir, id);
  expect(work === "clean" ? await listTrash(dir) : []).toEqual([]);
  return lossesIn(dir);
}

async function lossesIn(dir: string): Promise<string[]> {
  const plans = new Map((await listPlans(dir)).map(({ sessionID, plan }) => [sessionID, plan]));
  const names = REGISTRARS.flatMap((name) =>
    Array.from({ length: TIMES }, (_, i) => `${name}${i}`),
  );
  return names.flatMap((name) => {
    const path = join(dir, `.ai/plan-${name}.md`);
    const isThere = existsSync(path) && readFileSync(path, "utf8") === `# ${name}\n`;
    return [
      ...(isThere ? [] : [`the file of ${name}`]),
      ...(plans.get(`ses_66d${name}`) === name ? [] : [`the registration of ${name}`]),
    ];
  });
}

test("plans that are registered while others clean and restore are in their place or in the trash", async () => {
  expect(await lossesWith("clean")).toEqual([]);
});

test("the same without the lock, and over what is there, loses some: the test can fail", async () => {
  const race = async (): Promise<boolean> => (await lossesWith("clean-carelessly")).length > 0;
  expect(await losesARace(race)).toBe(true);
});
