/**
 * Opens files by LMDB, without any check before, and reads and changes all of them: writes what it
 * has read beside each, so that the first one without such a file is the one that ended this process.
 */
import { writeFileSync } from "node:fs";

import { open } from "lmdb";

import { COLLECTIONS, digestOf, recordName } from "../support/history.ts";
import { sealValue } from "../support/sealed-value.ts";

// A damaged tree can have no end.
const MOST_RECORDS = 20_000;
const CHANGES = 200;

/** What LMDB made of a file. */
export interface RawReading {
  readonly records: readonly (readonly [string, string])[];
  readonly error: string | undefined;
}

async function readRaw(path: string): Promise<RawReading> {
  const records: (readonly [string, string])[] = [];
  let error: string | undefined;
  try {
    const root = open({ path, noSubdir: true, overlappingSync: false, maxDbs: 12 });
    const collections = COLLECTIONS.map((name) =>
      root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" }),
    );
    for (const [index, collection] of collections.entries()) {
      for (const { key, value } of collection.getRange({ limit: MOST_RECORDS })) {
        records.push([recordName(COLLECTIONS[index] ?? "", key), digestOf(value)]);
      }
    }
    for (const collection of collections) {
      root.transactionSync(() => {
        for (let number = 0; number < CHANGES; number += 1) {
          const key = Buffer.from(`new ${number}`);
          collection.putSync(key, sealValue(key, Buffer.alloc(number * 10)));
        }
      });
      const old = [...collection.getKeys({ limit: CHANGES })].map((key) => Buffer.from(key));
      root.transactionSync(() => {
        for (const key of old) collection.removeSync(key);
      });
    }
    await root.close();
  } catch (thrown) {
    error = String(thrown);
  }
  return { records, error };
}

for (const path of process.argv.slice(2)) {
  writeFileSync(`${path}.reading`, JSON.stringify(await readRaw(path)));
}
