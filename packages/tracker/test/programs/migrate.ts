// Migrates, and says what became of it. Arguments: the project folder, the target, how often it tells how far it is
// before it kills itself.
import { LMDBDatabase, migrateFromProjectDatabase } from "../../src/lmdb/index.ts";

const [folder = "", path = "", killedAt = "Infinity"] = process.argv.slice(2);
let told = 0;
const database = new LMDBDatabase(path);
const result = await migrateFromProjectDatabase(folder, database, {
  onProgress: () => {
    told += 1;
    if (told > Number(killedAt)) process.kill(process.pid, "SIGKILL");
  },
});
await database.close();
process.stdout.write(JSON.stringify(result));
