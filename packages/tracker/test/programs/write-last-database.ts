// Writes a database as the last version of the original did. Arguments: the file, and how many commits.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { open } from "lmdb";

import { lastEntries, oldRecords } from "../support/old-records.ts";

const [path = "", count = "0"] = process.argv.slice(2);
mkdirSync(dirname(path), { recursive: true });
const root = open({ path, mapSize: 512 * 1024 * 1024, maxDbs: 10, compression: true });
const names = ["agents", "commits", "communication", "retrospectives", "activities"];
const sharedStructuresKey = Symbol.for("structures");
const databases = new Map(
  names.map((name) => [name, root.openDB({ name, sharedStructuresKey })] as const),
);
const written: Promise<boolean>[] = [];
for (const [name, key, value] of lastEntries(oldRecords(Number(count)))) {
  const database = databases.get(name);
  if (database !== undefined) written.push(database.put(key, value));
}
await Promise.all(written);
await root.flushed;
await root.close();
