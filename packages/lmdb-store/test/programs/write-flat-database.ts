/**
 * Writes a database as the old tool does: `write <path> <count>`, with deletions in between; or replaces all of ten records
 * in each of its transactions until it is killed: `go-on <path>`.
 */
import { randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

import { open } from "lmdb";

import { flatRecords } from "../support/flat-records.ts";

const [action = "", path = "", count = ""] = process.argv.slice(2);
const database = open({ path, compression: true });

// However busy the machine is: who tries to copy again and again meets a pause.
const BURST_MILLISECONDS = 100;
const SHORTEST_PAUSE_MILLISECONDS = 250;

async function write(): Promise<void> {
  const gone = [...flatRecords(Number(count) / 2, 2)];
  database.transactionSync(() => {
    for (const [key, value] of gone) database.putSync(key, value);
  });
  let puts = 0;
  for (const [key, value] of flatRecords(Number(count))) {
    const [old] = gone.pop() ?? [];
    // Some transactions have many changes.
    const made = database.put(key, value);
    if (old !== undefined) void database.remove(old);
    puts += 1;
    if (puts % 50 === 0) await made;
  }
  for (const [key] of gone) await database.remove(key);
  // Written after the deletions of others of the same name.
  for (const [key, value] of flatRecords(0)) await database.put(key, value);
  await database.close();
}

/** Many transactions in a row, each over the pages of the one before the last, and then a pause that a copy fits into. */
async function goOn(): Promise<void> {
  // So that a copy takes longer than a transaction.
  for (let number = 0; number < 30; number += 1) {
    await database.put(`ballast:${number}`, randomBytes(500_000));
  }
  let began = performance.now();
  for (let generation = 0; ; generation += 1) {
    database.transactionSync(() => {
      for (let number = 0; number < 10; number += 1) {
        const text = `${generation} `.repeat(generation % 7 === number ? 3000 : 300);
        database.putSync(`agent:${number}`, { generation, text });
      }
    });
    if (generation === 0) process.stdout.write("ready\n");
    if (performance.now() - began < BURST_MILLISECONDS) continue;
    await setTimeout(Math.max(SHORTEST_PAUSE_MILLISECONDS, 20 * copyMilliseconds()));
    began = performance.now();
  }
}

/** How long a copy takes at this moment: the machine may be busy. */
function copyMilliseconds(): number {
  const began = performance.now();
  copyFileSync(path, `${path}.copied`);
  return performance.now() - began;
}

if (action === "write") await write();
else await goOn();
