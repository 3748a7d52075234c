// One process of a contest: updates a file for some time, as many updates under way as asked for, and
// prints how many were acknowledged, and how long each took in milliseconds.
import type { Durability } from "@x/atomic-fs";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import type { Updater } from "./updaters.ts";

const [module = "", name = "", file = "", milliseconds = "0", queued = "1", level = "none"] =
  process.argv.slice(2);
const { UPDATERS }: { UPDATERS: Readonly<Record<string, Updater>> } = await import(module);
const update = UPDATERS[name];
if (update === undefined) throw new Error(`there is no updater ${name}`);
const durability: Durability = level === "full" ? "full" : "none";

await untilAllAreReady();
const end = performance.now() + Number(milliseconds);
const times: number[] = [];
let failed = 0;

async function one(): Promise<void> {
  const start = performance.now();
  try {
    await update?.(file, durability);
    if (performance.now() < end) times.push(performance.now() - start);
  } catch {
    // A rival that reads what another one is writing, or loses its lock, has not made its update.
    failed += 1;
  }
}

while (performance.now() < end) {
  // What a rival has still to do when the time is up does not count.
  const all = Promise.all(Array.from({ length: Number(queued) }, one));
  const timeUp = new Promise((resolve) => setTimeout(resolve, end - performance.now()));
  await Promise.race([all, timeUp]);
}
process.stdout.write(`${JSON.stringify({ times, failed })}\n`, () => process.exit());
