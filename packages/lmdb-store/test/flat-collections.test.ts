import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";

import { open } from "lmdb";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { type FlatEntry, openFlatDatabase, openLmdbStore } from "../src/index.ts";
import { flatRecords } from "./support/flat-records.ts";

const WITH_COLLECTIONS = { withCollections: true };

async function entriesAt(path: string): Promise<FlatEntry[]> {
  const database = await openFlatDatabase(path, WITH_COLLECTIONS);
  assert.ok(database !== undefined);
  const found: FlatEntry[] = [];
  for await (const entry of database.entries()) found.push(entry);
  database.close();
  expect(found).toHaveLength(database.count);
  return found;
}

/** Writes these records into collections in turn, with structures that their records share. */
async function written(
  records: ReadonlyMap<string, unknown>,
  sharedStructuresKey: symbol,
): Promise<string> {
  const path = join(temporaryFolder(), "grouped.lmdb");
  const root = open({ path, compression: true, maxDbs: 10 });
  const names = ["first", "second é", "third"];
  const databases = names.map((name) => root.openDB({ name, sharedStructuresKey }));
  const puts: Promise<boolean>[] = [];
  for (const [key, value] of records) {
    const database = databases[puts.length % databases.length];
    if (database !== undefined) puts.push(database.put(key, value));
  }
  root.openDB({ name: "without a record", sharedStructuresKey });
  await Promise.all(puts);
  await root.close();
  return path;
}

test("records of collections are read as they were put, with the names that they share", async () => {
  const records = flatRecords(1200);
  const path = await written(records, Symbol.for("structures"));
  // Else there would be nothing to prove.
  expect(fs.readFileSync(path).includes("isDone")).toBe(true);
  const found = await entriesAt(path);
  expect(new Set(found.map(({ collection }) => collection))).toEqual(
    new Set(["first", "second é", "third"]),
  );
  expect(found).toHaveLength(records.size);
  for (const entry of found) {
    assert.ok("value" in entry, JSON.stringify(entry));
    assert.deepStrictEqual(entry.value, records.get(entry.key), entry.key);
  }
});

test("more kinds of objects than are shared are read, too", async () => {
  const kinds = Array.from({ length: 90 }, (_, kind) => {
    const value = { [`name${kind}`]: kind, at: new Date(kind), again: { [`inner${kind}`]: "é" } };
    return [`key:${kind}`, value] as const;
  });
  const records = new Map([
    ...kinds,
    ...kinds.map(([key, value]) => [`${key} again`, value] as const),
  ]);
  const found = await entriesAt(await written(records, Symbol.for("names")));
  expect(new Map(found.map((entry) => [entry.key, "value" in entry && entry.value]))).toEqual(
    records,
  );
});

test("an empty object among the values of a collection keeps none of the others back", async () => {
  const records = new Map<string, unknown>([
    ["a", { id: "a", points: 5 }],
    ["b", { id: "b", meta: {} }],
    ["c", {}],
    ["d", [["no", "names"], []]],
    ["e", { id: "e", points: 7 }],
  ]);
  const path = join(temporaryFolder(), "grouped.lmdb");
  const root = open({ path });
  const sharedStructuresKey = Symbol.for("structures");
  const notes = root.openDB<unknown, string>({ name: "notes", sharedStructuresKey });
  for (const [key, value] of records) await notes.put(key, value);
  await root.close();
  const found = await entriesAt(path);
  expect(new Map(found.map((entry) => [entry.key, "value" in entry && entry.value]))).toEqual(
    records,
  );
});

test("without being asked for, collections are foreign, and one of this package always is", async () => {
  const path = await written(flatRecords(10), Symbol.for("structures"));
  const code = "LMDB_STORE_FOREIGN";
  await expect(openFlatDatabase(path)).rejects.toMatchObject({ code, path });
  const own = join(temporaryFolder(), "own.lmdb");
  await (await openLmdbStore(own, { collections: ["notes"] })).close();
  await expect(openFlatDatabase(own, WITH_COLLECTIONS)).rejects.toMatchObject({ code, path: own });
});

test("names that are damaged make faults of what needs them, and keep nothing else back", async () => {
  const path = join(temporaryFolder(), "grouped.lmdb");
  const root = open({ path });
  const sharedStructuresKey = Symbol.for("structures");
  const notes = root.openDB<unknown, string>({ name: "notes", sharedStructuresKey });
  await notes.put("object", { quality: 3 });
  await notes.put("text", "plain");
  await root.close();
  const bytes = fs.readFileSync(path);
  // Before the name stands its length, before that the length of the list.
  for (let at = bytes.indexOf("quality"); at > 0; at = bytes.indexOf("quality", at + 1)) {
    bytes.writeUInt8(0xc1, at - 2);
  }
  fs.writeFileSync(path, bytes);
  const found = await entriesAt(path);
  expect(found.filter((entry) => "value" in entry)).toEqual([
    { collection: "notes", key: "text", value: "plain" },
  ]);
});
