// Writes to a database as the last version of the original did, until it hears a line; says when it has begun. Argument: the file.
import { once } from "node:events";

import { open } from "lmdb";

const root = open({ path: process.argv[2] ?? "", maxDbs: 10, compression: true });
const sharedStructuresKey = Symbol.for("structures");
const agents = root.openDB<object, string>({ name: "agents", sharedStructuresKey });
const told = new AbortController();
void once(process.stdin, "data").then(() => told.abort());
for (let points = 0; !told.signal.aborted; points += 1) {
  await agents.put(`agent ${points % 50}`, { id: `agent ${points % 50}`, skill_points: points });
  if (points === 100) process.stdout.write("begun\n");
}
await root.close();
process.stdin.destroy();
