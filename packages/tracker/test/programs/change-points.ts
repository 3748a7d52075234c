// One of several that change the points of the same agents at once. Arguments: the database, a way, how many
// changes, how many of them a flush.
import { untilAllAreReady } from "../../../../test/start-together.ts";
import { LMDBDatabase } from "../../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const [path = "", way = "", changes = "0", batch = "1"] = process.argv.slice(2);
const database = new LMDBDatabase(path);
const buffer = new WriteBuffer();

async function change(): Promise<void> {
  if (way === "events") return buffer.bufferScore("build", { type: "tool" });
  if (way === "whole records") return putWhole();
  // As code for the original does it: a record is read, changed, and given back.
  const agent = await database.getAgent("build");
  if (agent === null) throw new Error("it is gone");
  buffer.bufferAgent("build", { ...agent, experience_points: agent.experience_points + 1 });
}

/** The known-bad double: what others have added in between is gone. */
async function putWhole(): Promise<void> {
  const agent = await database.getAgent("build");
  if (agent === null) throw new Error("it is gone");
  await database.putAgent("build", { ...agent, experience_points: agent.experience_points + 1 });
}

async function flush(): Promise<void> {
  const { errors } = await buffer.flush(database);
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

await untilAllAreReady();
for (let index = 1; index <= Number(changes); index += 1) {
  await change();
  if (index % Number(batch) === 0) await flush();
}
buffer.bufferScore("plan", { type: "bug" });
await flush();
await database.close();
