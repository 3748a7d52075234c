// Leaves a database of the original tracker: keys as it wrote them, values compressed. Arguments: the file, and how
// many agents.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { open } from "lmdb";

const [path = "", count = "0"] = process.argv.slice(2);
mkdirSync(dirname(path), { recursive: true });
const database = open({ path, compression: true });
for (let number = 1; number <= Number(count); number += 1) {
  await database.put(`agent:old-${number}`, { id: `old-${number}`, skill_points: number });
}
await database.close();
