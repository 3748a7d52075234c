// Writes and registers so many plans, one after the other; or cleans all plans and brings them back, again
// and again, until a file says that it is over. `careless` is the known-bad double: without the lock.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { listTrash, registerPlan, restorePlans, trashPlans } from "@x/registry-core/session-plans";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { restoreCarelessly, trashCarelessly } from "../support/careless-trash.ts";

export interface ChurnOrder {
  readonly dir: string;
  readonly work: "register" | "clean" | "clean-carelessly";
  /** Sessions and plans have this name in front. */
  readonly name: string;
  readonly times: number;
  readonly stopFile: string;
}

const order: ChurnOrder = JSON.parse(process.argv[2] ?? "{}");
const { dir, work, name, times, stopFile } = order;
const options = { timeoutMilliseconds: 60_000 };

async function cleanAndRestore(): Promise<void> {
  await trashPlans(dir, options);
  const [oldest] = await listTrash(dir);
  if (oldest === undefined) return;
  try {
    await restorePlans(dir, oldest.id, options);
  } catch (error) {
    // Another one has brought it back.
    if (Reflect.get(Object(error), "code") !== "REGISTRY_TRASH_NOT_FOUND") throw error;
  }
}

await untilAllAreReady();
if (work === "register") {
  for (let time = 0; time < times; time += 1) {
    writeFileSync(join(dir, `.ai/plan-${name}${time}.md`), `# ${name}${time}\n`);
    await registerPlan(dir, `ses_66d${name}${time}`, `${name}${time}`, options);
  }
} else {
  while (!existsSync(stopFile)) {
    if (work === "clean") await cleanAndRestore();
    else {
      trashCarelessly(dir);
      restoreCarelessly(dir);
    }
  }
}
