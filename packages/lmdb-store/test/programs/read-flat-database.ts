// Reads flat databases that may be damaged; says in one line for each what it holds, or what it was refused for.
import { DamagedDatabaseError, ForeignDatabaseError, openFlatDatabase } from "../../src/index.ts";
import { digestOf } from "../support/flat-records.ts";

/** What became of one file. */
export type FlatOutcome =
  | { readonly code: string; readonly path: string }
  /** Of each entry a digest; null: a fault. */
  | { readonly count: number; readonly entries: readonly (readonly [string, string | null])[] };

async function outcomeOf(path: string): Promise<FlatOutcome> {
  try {
    const database = await openFlatDatabase(path);
    if (database === undefined) return { count: 0, entries: [] };
    const entries: (readonly [string, string | null])[] = [];
    for await (const entry of database.entries()) entries.push(digestOf(entry));
    database.close();
    return { count: database.count, entries };
  } catch (error) {
    const isRefused =
      error instanceof ForeignDatabaseError || error instanceof DamagedDatabaseError;
    if (!isRefused) throw error;
    return { code: error.code, path: error.path };
  }
}

for (const path of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify(await outcomeOf(path))}\n`);
}
const objects: unknown = Reflect.get(process.report.getReport(), "sharedObjects");
const isNative =
  Array.isArray(objects) && objects.some((name) => /lmdb|msgpackr/.test(String(name)));
process.stdout.write(`native code: ${isNative ? "yes" : "no"}\n`);
