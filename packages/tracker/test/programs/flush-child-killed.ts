// The program that flushes, killed while it migrates: some of the records are in the database, and it answers nothing.
import { flushAssignmentSchema } from "../../src/flush/flush-assignment.ts";
import { LMDBDatabase } from "../../src/lmdb/lmdb-database.ts";
import { migrateRecords } from "../../src/lmdb/migrate-from-database.ts";
import { projectDatabasePath } from "../../src/project-database-path.ts";

const { path, project = "" } = flushAssignmentSchema.parse(JSON.parse(process.argv.at(-1) ?? ""));
await migrateRecords(projectDatabasePath(project), new LMDBDatabase(path), {
  onProgress: () => process.kill(process.pid, "SIGKILL"),
});
