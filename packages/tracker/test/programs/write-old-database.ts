// Writes a database as the original did. Arguments: the file, and how many commits.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { open } from "lmdb";

import { oldEntries, oldRecords } from "../support/old-records.ts";

const [path = "", count = "0"] = process.argv.slice(2);
mkdirSync(dirname(path), { recursive: true });
const database = open({ path, compression: true });
for (const [key, value] of oldEntries(oldRecords(Number(count)))) await database.put(key, value);
await database.put("settings:theme", { dark: true });
await database.flushed;
await database.close();
