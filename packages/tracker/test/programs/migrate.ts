// Migrates, and says what became of it. Arguments: the project folder, the target.
import { LMDBDatabase, migrateFromProjectDatabase } from "../../src/lmdb/index.ts";

const [folder = "", path = ""] = process.argv.slice(2);
const database = new LMDBDatabase(path);
process.stdout.write("started\n");
const result = await migrateFromProjectDatabase(folder, database, {
  onProgress: ({ done }) => void process.stdout.write(`${done}\n`),
});
await database.close();
process.stdout.write(JSON.stringify(result));
