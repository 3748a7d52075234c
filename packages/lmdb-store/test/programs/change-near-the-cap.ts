/** Changes records of a database that is about full, at random, and says after each change how it went. */
import fs from "node:fs";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { openLmdbStore } from "../../src/index.ts";
import { notes } from "../support/sample-records.ts";
import { seededRandom } from "../support/seeded-random.ts";

const [path = "", cap = "0", name = "", changes = "0"] = process.argv.slice(2);
const random = seededRandom(name.length + Number(changes));
const store = await openLmdbStore(path, {
  collections: ["notes"],
  maxSize: Number(cap),
  timeoutMilliseconds: 60_000,
});
const counts: Record<string, number> = {};
let largest = 0;

function count(outcome: string): void {
  counts[outcome] = (counts[outcome] ?? 0) + 1;
}

await untilAllAreReady();
for (let change = 0; change < Number(changes); change += 1) {
  const key = `${name} ${random(150)}`;
  const size = random(6) === 0 ? random(60_000) : random(3000);
  const made = random(3) === 0 ? notes.delete(key) : notes.put(key, "x".repeat(size));
  try {
    store.sync.transact([], () => ({ changes: [made], result: undefined }));
    count("done");
  } catch (error) {
    count(error instanceof Error && "code" in error ? String(error.code) : String(error));
  }
  largest = Math.max(largest, fs.statSync(path).size);
}
await store.close();
process.stdout.write(`${JSON.stringify({ counts, largest })}\n`);
