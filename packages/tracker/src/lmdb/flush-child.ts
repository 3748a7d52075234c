// The program of a host that must not open the database itself: applies the journals, says on stdout what
// became of them, and ends. Runs under Node and under Bun.
import type { JournalFlush } from "../database.ts";
import { failureOf } from "../failure.ts";
import { flushAssignmentSchema } from "../flush-assignment.ts";
import { LMDBDatabase } from "./lmdb-database.ts";

const { folder, timeoutMilliseconds, path, maxSize } = flushAssignmentSchema.parse(
  JSON.parse(process.argv.at(-1) ?? ""),
);

// Nobody is left behind when the host is gone that would have ended it.
setTimeout(() => process.exit(1), timeoutMilliseconds).unref();
// A host that is gone does not read the answer.
process.stdout.on("error", () => undefined);

const { entriesWritten, applied, failures } = await flush();
process.stdout.write(
  JSON.stringify({ entriesWritten, applied: Object.fromEntries(applied), failures }),
);

async function flush(): Promise<JournalFlush> {
  // What it would warn of is among the failures.
  const database = new LMDBDatabase({ path, maxSize, onWarning: () => undefined });
  try {
    if (await database.open()) return await database.applyJournals(folder);
    return { entriesWritten: 0, applied: new Map(), failures: [failureOf(database.fault)] };
  } catch (error) {
    return { entriesWritten: 0, applied: new Map(), failures: [failureOf(error)] };
  } finally {
    await database.close();
  }
}
