// Writes a database as the original did. Arguments: the file, how many commits, and how many entries of other kinds.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { open } from "lmdb";

import { oldEntries, oldRecords } from "../support/old-records.ts";

const [path = "", count = "0", others = "0"] = process.argv.slice(2);
mkdirSync(dirname(path), { recursive: true });
const database = open({ path, compression: true });
const written: Promise<boolean>[] = [];
for (const [key, value] of oldEntries(oldRecords(Number(count)))) {
  written.push(database.put(key, value));
}
for (let index = 0; index < Number(others); index += 1) {
  written.push(database.put(`other:${index}:${"\u0001".repeat(500)}`, index));
}
await Promise.all([...written, database.put("settings:theme", { dark: true })]);
await database.flushed;
await database.close();
