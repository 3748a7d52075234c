/** Opens a database, puts a record, reads all back and closes it, so many times, by a store or by LMDB alone. */
import { open } from "lmdb";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { openLmdbStore } from "../../src/index.ts";
import { numbers } from "../support/sample-records.ts";

const [path = "", name = "", cycles = "1", discipline = "store"] = process.argv.slice(2);
const PATIENCE = 120_000;

async function byStore(key: string, cycle: number): Promise<string[]> {
  const options = { collections: ["numbers"], timeoutMilliseconds: PATIENCE };
  const store = await openLmdbStore(path, options);
  await store.transact([], () => ({ changes: [numbers.put(key, cycle)], result: undefined }));
  const entries = await store.entries(numbers, { limit: Infinity });
  await store.close();
  return entries.map(([found]) => found);
}

/** The known-bad double. */
async function byLmdb(key: string, cycle: number): Promise<string[]> {
  const root = open({ path, noSubdir: true, overlappingSync: false });
  const records = root.openDB<number, string>({ name: "numbers" });
  records.putSync(key, cycle);
  const found = [...records.getKeys()];
  await root.close();
  return found;
}

await untilAllAreReady();
const mine: string[] = [];
for (let cycle = 0; cycle < Number(cycles); cycle += 1) {
  const key = `${name}-${cycle}`;
  mine.push(key);
  const found = new Set(await (discipline === "store" ? byStore : byLmdb)(key, cycle));
  const missing = mine.filter((one) => !found.has(one));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(" ")}`);
}
