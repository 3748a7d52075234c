// Leaves a database of the original tracker: keys as it wrote them, values compressed. Arguments: the file, how
// many agents, and how many entries that are none of its records.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { open } from "lmdb";

const [path = "", count = "0", strays = "0"] = process.argv.slice(2);
mkdirSync(dirname(path), { recursive: true });
const database = open({ path, compression: true });
// In one transaction: what is not waited for comes together.
const puts: Promise<boolean>[] = [];
for (let number = 1; number <= Number(count); number += 1) {
  puts.push(database.put(`agent:old-${number}`, { id: `old-${number}`, skill_points: number }));
}
for (let number = 1; number <= Number(strays); number += 1) {
  puts.push(database.put(`stray:${number}`, { number }));
}
await Promise.all(puts);
await database.close();
