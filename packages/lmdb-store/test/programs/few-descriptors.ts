// Opens databases with more and more file descriptors left, and says what became of each.
import fs from "node:fs";
import { join } from "node:path";

import { openLmdbStore } from "../../src/index.ts";

const [folder = ""] = process.argv.slice(2);
const options = { collections: ["notes"] };
const MOST_LEFT = 16;

// All that is to be loaded is loaded.
await (await openLmdbStore(join(folder, "first.lmdb"), options)).close();
for (let left = 0; left <= MOST_LEFT; left += 1) {
  const taken = takeAll();
  for (const descriptor of taken.splice(0, left)) fs.closeSync(descriptor);
  const outcome = await attempt(join(folder, `${left}.lmdb`));
  for (const descriptor of taken) fs.closeSync(descriptor);
  process.stdout.write(`${outcome}\n`);
}

function takeAll(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(fs.openSync("/dev/null", "r"));
  } catch {
    // There is none left.
    return taken;
  }
}

async function attempt(path: string): Promise<string> {
  try {
    const store = await openLmdbStore(path, options);
    await store.close();
    return "opened";
  } catch (error) {
    return String(error);
  }
}
