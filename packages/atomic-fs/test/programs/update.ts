// Adds so many ids of its own to the list in a JSON file, one after the other, and says of each, once
// it is acknowledged, that it is. The known-bad double replaces the file without the lock.
import { readFileSync, writeSync } from "node:fs";

import { updateJson, writeFileAtomic } from "@x/atomic-fs";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [file = "", times = "0", name = "", discipline = "updateJson"] = process.argv.slice(2);

async function add(id: string): Promise<void> {
  if (discipline === "updateJson") {
    await updateJson<string[]>(file, (ids) => [...ids, id], { timeoutMilliseconds: 120_000 });
    return;
  }
  const ids: unknown = JSON.parse(readFileSync(file, "utf8"));
  await writeFileAtomic(file, JSON.stringify(Array.isArray(ids) ? [...ids, id] : [id]));
}

await untilAllAreReady();
for (let time = 0; time < Number(times); time += 1) {
  const id = `${name}-${time}`;
  await add(id);
  writeSync(1, `${id}\n`);
}
