// Opens a database that may be damaged, as a user would; says what it holds, or what it was refused for.
import { existsSync, readFileSync } from "node:fs";

import { collection, type Warning } from "@x/registry-core";

import { DamagedDatabaseError, ForeignDatabaseError, openLmdbStore } from "../../src/index.ts";

/** What became of one file. */
export type Outcome =
  | { readonly records: readonly (readonly [key: string, value: string])[] }
  | {
      readonly code: string;
      readonly backupPath: string | undefined;
      /** When it was opened again with `damaged: "quarantine"`. */
      readonly quarantined: { readonly warnings: number; readonly isKept: boolean } | undefined;
    };

const [path = ""] = process.argv.slice(2);
const notes = collection("notes", { parse: String });
const ALL = { limit: Infinity };

async function outcomeOf(): Promise<Outcome> {
  try {
    const store = await openLmdbStore(path, { collections: ["notes"] });
    const records = store.sync.entries(notes, ALL);
    await store.verify();
    await store.close();
    return { records };
  } catch (error) {
    if (error instanceof ForeignDatabaseError) {
      return { code: error.code, backupPath: undefined, quarantined: undefined };
    }
    if (!(error instanceof DamagedDatabaseError)) throw error;
    const { code, backupPath } = error;
    return { code, backupPath, quarantined: await quarantine() };
  }
}

async function quarantine() {
  const before = readFileSync(path);
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const options = { collections: ["notes"], damaged: "quarantine", onWarning } as const;
  const store = await openLmdbStore(path, options);
  const put = notes.put("new", "begun anew");
  await store.transact([], () => ({ changes: [put], result: undefined }));
  const isNew = store.sync.entries(notes, ALL).length === 1;
  await store.close();
  const aside = warnings[0]?.path ?? "";
  const isKept = isNew && existsSync(aside) && readFileSync(aside).equals(before);
  return { warnings: warnings.length, isKept };
}

process.stdout.write(JSON.stringify(await outcomeOf()));
