import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { open } from "lmdb";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { readDatabaseHeader } from "./database-header.ts";

const RECORDS = 500;

/** A real database with that many records, closed. */
async function database(): Promise<{ path: string; stats: unknown }> {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = open<string, string>({ path });
  const written = Array.from({ length: RECORDS }, (_, n) => root.put(`key ${n}`, "x".repeat(100)));
  await Promise.all(written);
  await root.flushed;
  const stats: unknown = root.getStats();
  await root.close();
  return { path, stats };
}

test("the header of a real database says what LMDB itself says", async () => {
  const { path, stats } = await database();
  const header = await readDatabaseHeader(path);
  const { pageSize, lastPageNumber, lastTxnId } = stats as Record<string, number>;
  expect(header).toEqual({ pageSize, lastPage: lastPageNumber, transaction: lastTxnId });
});

test("healthy databases pass, also those shorter than their last page suggests", async () => {
  const folder = temporaryFolder();
  const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 5, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(sizes, async (bytes) => {
      const path = join(mkdtempSync(join(folder, "database-")), "records.lmdb");
      const root = open<string, string>({ path });
      for (const [index, size] of bytes.entries()) {
        await root.transaction(() => {
          void root.put(`key ${index}`, "x".repeat(size));
          void root.put(`short-lived ${index}`, "y".repeat(20_000 - size));
          void root.remove(`short-lived ${index}`);
          void root.remove(`key ${index - 3}`);
        });
      }
      await root.flushed;
      await root.close();
      await expect(readDatabaseHeader(path)).resolves.toBeDefined();
    }),
    { numRuns: 30 },
  );
});

test("a missing and an empty file have no header yet", async () => {
  const path = join(temporaryFolder(), "new.lmdb");
  expect(await readDatabaseHeader(path)).toBeUndefined();
  writeFileSync(path, "");
  expect(await readDatabaseHeader(path)).toBeUndefined();
});

test.each([28, 100, 4096, 4200, 8192])("a database cut to %i bytes is damaged", async (size) => {
  const { path } = await database();
  truncateSync(path, size);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    path,
  });
});

test.each([1, 27])("of a database cut to %i bytes nothing is left to tell it by", async (size) => {
  const { path } = await database();
  truncateSync(path, size);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN" });
});

test.each([
  ["the first magic", 24],
  ["the first version", 28],
  ["the first page size", 48],
  ["the second magic", 4096 + 24],
  ["the second version", 4096 + 28],
  ["the second page size", 4096 + 49],
])("a database with %s overwritten is damaged", async (_title, position) => {
  const { path } = await database();
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x5a, position);
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({ code: "LMDB_STORE_DAMAGED" });
});

test.each([
  ["outside the file", 1_000_000n],
  ["in the header", 1n],
])("a database whose root page is %s is damaged", async (_title, page) => {
  const { path } = await database();
  const bytes = readFileSync(path);
  for (const meta of [0, 4096]) bytes.writeBigUInt64LE(page, meta + 136);
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toThrow(`its root page is ${page} of `);
});

test("another kind of file is no database", async () => {
  const path = join(temporaryFolder(), "text.lmdb");
  writeFileSync(path, "text ".repeat(10_000));
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
    path,
    reason: "it is no LMDB database",
  });
});

test("a database that has lost both meta pages is no database any more, with one of them it is damaged", async () => {
  const { path } = await database();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, 0, 4096));
  await expect(readDatabaseHeader(path)).rejects.toThrow("its page 0 is no meta page");
  writeFileSync(path, bytes.fill(0, 4096, 8192));
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN" });
});

test("a database of another data version is not ours", async () => {
  const { path } = await database();
  const bytes = readFileSync(path);
  for (const meta of [0, 4096]) bytes.writeUInt32LE(1, meta + 28);
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
    reason: "its data version is 1, not 2",
  });
});

test("a database of plain LMDB, whose pages have a shorter header, is not ours", async () => {
  const { path } = await database();
  const bytes = readFileSync(path);
  for (const meta of [0, 4096]) {
    bytes.copyWithin(meta + 16, meta + 24, meta + 160);
    bytes.writeUInt32LE(1, meta + 20);
  }
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
    reason: "it is of another version of LMDB",
  });
});

/** Sets the transactions that the two meta pages are of. */
async function withTransactions(first: number, second: number): Promise<string> {
  const { path } = await database();
  const bytes = readFileSync(path);
  bytes.writeBigUInt64LE(BigInt(first), 152);
  bytes.writeBigUInt64LE(BigInt(second), 4096 + 152);
  writeFileSync(path, bytes);
  return path;
}

test.each([
  [0, 0],
  [0, 1],
  [8, 7],
  [8, 9],
  // A compact copy has one transaction only.
  [0, 31],
])("meta pages of the transactions %i and %i fit together", async (first, second) => {
  const path = await withTransactions(first, second);
  expect(await readDatabaseHeader(path)).toMatchObject({ transaction: Math.max(first, second) });
});

test.each([
  [7, 8],
  [8, 8],
  [8, 11],
  [12, 9],
  [0, 2],
  [2, 0],
])("meta pages of the transactions %i and %i do not", async (first, second) => {
  const path = await withTransactions(first, second);
  await expect(readDatabaseHeader(path)).rejects.toThrow(
    `its meta pages are of transactions ${first} and ${second}`,
  );
});

test.each([
  ["a fixed address", 0x4009, "LMDB_STORE_FOREIGN"],
  ["encryption", 0x6008, "LMDB_STORE_FOREIGN"],
  ["no integers as keys of free pages", 0x4000, "LMDB_STORE_DAMAGED"],
  ["an option that does not exist", 0x4208, "LMDB_STORE_DAMAGED"],
])("a database with %s is refused", async (_title, flags, code) => {
  const { path } = await database();
  const bytes = readFileSync(path);
  for (const meta of [0, 4096]) bytes.writeUInt16LE(flags, meta + 52);
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toMatchObject({ code, path });
});

test.each([
  ["number", 0],
  ["flags", 18],
])("a meta page with another %s is none", async (_title, offset) => {
  const { path } = await database();
  const bytes = readFileSync(path);
  bytes.writeUInt8(5, 4096 + offset);
  writeFileSync(path, bytes);
  await expect(readDatabaseHeader(path)).rejects.toThrow("its page 1 is no meta page");
});

test("the header can be read while transactions are committed", async () => {
  const { path } = await database();
  const root = open<string, string>({ path });
  const headers: unknown[] = [];
  for (let number = 0; number < 60; number += 1) {
    const written = root.put(`key ${number}`, "y".repeat(3000));
    headers.push(await readDatabaseHeader(path));
    await written;
  }
  await root.close();
  expect(headers).not.toContain(undefined);
});
