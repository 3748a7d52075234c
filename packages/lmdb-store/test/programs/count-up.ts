/**
 * Opens a database when it is told to, counts one number up so many times, and closes it: by a store, or (the
 * known-bad double) by LMDB alone. Says `counting` once it is in the midst, and then which numbers it has fetched.
 */
import { createInterface } from "node:readline";

import { open } from "lmdb";

import { openLmdbStore } from "../../src/index.ts";
import { numbers } from "../support/sample-records.ts";

const [discipline = "store", times = "0"] = process.argv.slice(2);
const TIMES = Number(times);
const PATIENCE = 120_000;

/** Fetches the number and adds one to it, or says that it failed. */
type Count = (time: number) => number | Promise<number>;

interface Counter {
  readonly count: Count;
  readonly close: () => Promise<void>;
}

async function openStore(path: string): Promise<Counter> {
  const options = { collections: ["numbers"], timeoutMilliseconds: PATIENCE };
  const store = await openLmdbStore(path, options);
  const decide = ([before = 0]: [number | undefined]) => ({
    changes: [numbers.put("count", before + 1)],
    result: before + 1,
  });
  const reads = [numbers.at("count")] as const;
  return {
    // Half of them wait for nobody, as a flush does.
    count: (time) =>
      time % 2 === 0 ? store.transact(reads, decide) : store.sync.transact(reads, decide),
    close: () => store.close(),
  };
}

function openRaw(path: string): Counter {
  const options = discipline === "raw" ? { overlappingSync: false } : {};
  const root = open({ path, noSubdir: true, ...options });
  const records = root.openDB<number, string>({ name: "numbers" });
  return {
    count: () =>
      root.transactionSync(() => {
        const next = (records.get("count") ?? 0) + 1;
        records.putSync("count", next);
        return next;
      }),
    close: () => root.close(),
  };
}

process.stdout.write("ready\n");
for await (const path of createInterface(process.stdin)) {
  const counter = discipline === "store" ? await openStore(path) : openRaw(path);
  const fetched: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    fetched.push(await counter.count(time));
    if (time === Math.floor(TIMES / 2)) process.stdout.write("counting\n");
  }
  await counter.close();
  process.stdout.write(`${JSON.stringify(fetched)}\n`);
}
