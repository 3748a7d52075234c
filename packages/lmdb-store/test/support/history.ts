import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { open } from "lmdb";

import { sealValue } from "./sealed-value.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

export const COLLECTIONS = ["notes", "plans", "sessions"] as const;

/** Records by collection and key (hexadecimal), with a digest of each value. */
type Records = Map<string, string>;

/** A database as it was after one of its transactions. */
export interface Moment {
  readonly image: Buffer;
  readonly records: Records;
}

/** What stands for a record in `Records`. */
export function recordName(collection: string, key: Uint8Array): string {
  return `${collection}/${Buffer.from(key).toString("hex")}`;
}

/** What stands for a value in `Records`. */
export function digestOf(value: Uint8Array): string {
  return createHash("sha1").update(value).digest("hex");
}

/**
 * Writes a database in that many transactions, with three collections, trees of several levels, large
 * values and a list of free pages with runs; returns how it was after each.
 */
export async function writeHistory(
  path: string,
  transactions: number,
  seed: number,
): Promise<Moment[]> {
  const random = seededRandom(seed);
  const root = open({ path, noSubdir: true, overlappingSync: false, maxDbs: 12 });
  const collections = COLLECTIONS.map((name) => ({
    name,
    records: root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" }),
  }));
  const records: Records = new Map();
  const moments: Moment[] = [];
  for (let transaction = 0; transaction < transactions; transaction += 1) {
    root.transactionSync(() => {
      for (const { name, records: collection } of collections) {
        for (let change = 0; change < 40; change += 1) {
          const key = randomKey(random);
          if (random(10) < (transaction % 8 === 7 ? 8 : 2)) {
            collection.removeSync(key);
            records.delete(recordName(name, key));
          } else {
            const value = sealValue(key, randomContent(random));
            collection.putSync(key, value);
            records.set(recordName(name, key), digestOf(value));
          }
        }
      }
    });
    moments.push({ image: readFileSync(path), records: new Map(records) });
  }
  await root.close();
  return moments;
}

function randomKey(random: Random): Buffer {
  const number = random(400);
  const key = Buffer.alloc(12 + (number % 60), number);
  key.writeUInt32BE(number * 10_000_000);
  return key;
}

function randomContent(random: Random): Buffer {
  const size = random(40) === 0 ? random(20_000) : random(400);
  return Buffer.alloc(size, random(256));
}
