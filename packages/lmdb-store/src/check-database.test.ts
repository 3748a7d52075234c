import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { open, type RootDatabase } from "lmdb";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { checkDatabase } from "./check-database.ts";

type Records = ReturnType<typeof recordsOf>;

function openRoot(path: string): RootDatabase {
  return open({ path, noSubdir: true, overlappingSync: false });
}

function recordsOf(root: RootDatabase, name: string) {
  return root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" });
}

function fill(root: RootDatabase, records: Records, count: number, bytes: number): void {
  root.transactionSync(() => {
    for (let number = 0; number < count; number += 1) {
      records.putSync(Buffer.from(`key ${number}`), Buffer.alloc(bytes, number));
    }
  });
}

/** A database of two collections, closed. */
async function database(): Promise<string> {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = openRoot(path);
  fill(root, recordsOf(root, "plans"), 500, 100);
  fill(root, recordsOf(root, "notes"), 20, 9000);
  await root.close();
  return path;
}

test("a healthy file is described", async () => {
  const path = await database();
  const bytes = readFileSync(path).length;
  const report = await checkDatabase(path);
  expect(report).toMatchObject({ path, bytes, pageSize: 4096, lostPages: 0 });
  expect(report?.collections).toEqual([
    { name: "notes", records: 20 },
    { name: "plans", records: 500 },
  ]);
  expect(report?.pages).toBeLessThanOrEqual(bytes / 4096);
  expect(report?.freePages).toBeGreaterThan(0);
});

test("a missing and an empty file hold nothing yet", async () => {
  const path = join(temporaryFolder(), "new.lmdb");
  expect(await checkDatabase(path)).toBeUndefined();
  writeFileSync(path, "");
  expect(await checkDatabase(path)).toBeUndefined();
});

test("a database without a record has no collections", async () => {
  const path = join(temporaryFolder(), "new.lmdb");
  await openRoot(path).close();
  expect(await checkDatabase(path)).toMatchObject({ freePages: 0, collections: [] });
});

test("each record is shown, in order and with the whole value, and can be refused", async () => {
  const path = await database();
  const seen: string[] = [];
  await checkDatabase(path, {
    recordFault: (collection, key, value) => {
      const number = Number(Buffer.from(key).toString().slice("key ".length));
      const isRight = Buffer.from(value).equals(Buffer.alloc(value.length, number));
      seen.push(`${collection} ${value.length} ${isRight}`);
      return undefined;
    },
  });
  expect(seen).toEqual([
    ...Array.from({ length: 20 }, () => "notes 9000 true"),
    ...Array.from({ length: 500 }, () => "plans 100 true"),
  ]);
  const recordFault = (_: string, key: Uint8Array): string | undefined =>
    Buffer.from(key).toString() === "key 7" ? "it is too old" : undefined;
  await expect(checkDatabase(path, { recordFault })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    reason: `collection "notes": key ${Buffer.from("key 7").toString("hex")}: it is too old`,
  });
});

test("a transaction that a reader holds can be checked while others are committed", async () => {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = openRoot(path);
  const records = recordsOf(root, "plans");
  fill(root, records, 50, 1000);
  const before = await checkDatabase(path);
  const held = root.useReadTransaction();
  fill(root, records, 100, 1000);
  const transaction = before?.transaction ?? 0;
  const { bytes: _, ...facts } = before ?? { bytes: 0 };
  expect(await checkDatabase(path, { transaction })).toMatchObject(facts);
  expect(await checkDatabase(path)).toMatchObject({
    transaction: transaction + 1,
    collections: [{ name: "plans", records: 100 }],
  });
  fill(root, records, 150, 1000);
  expect(await checkDatabase(path, { transaction })).toBeUndefined();
  held.done();
  await root.close();
});

test("a copy made while it is open is healthy, and so is a compact one", async () => {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = openRoot(path);
  for (let number = 0; number < 8; number += 1) {
    fill(root, recordsOf(root, "plans"), 20 + number, 5000);
    for (const [copy, isCompact] of [
      ["copy", false],
      ["compact", true],
    ] as const) {
      await root.backup(`${path}.${copy}.${number}`, isCompact);
      const report = await checkDatabase(`${path}.${copy}.${number}`);
      expect(report?.collections).toEqual([{ name: "plans", records: 20 + number }]);
    }
  }
  await root.close();
});

test.each([
  ["several values for a key", { name: "plans", dupSort: true }],
  ["integers as keys", { name: "plans", keyEncoding: "uint32" }],
  ["versions", { name: "plans", useVersions: true }],
] as const)("a collection with %s is not ours", async (_title, options) => {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = openRoot(path);
  const records = root.openDB<string, number>(options);
  await records.put(1, "one");
  await root.close();
  await expect(checkDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN", path });
});

test("a record outside of the collections is not ours", async () => {
  const path = join(temporaryFolder(), "records.lmdb");
  const root = openRoot(path);
  await root.put("key", "value");
  await root.close();
  await expect(checkDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN" });
});

test.each([
  ["a number of its own", 0, "its number is"],
  ["other flags", 18, "its flags are"],
  ["a newer transaction", 13, "it is of transaction"],
  ["too many nodes", 21, "its free room"],
])("a root page with %s is damaged", async (_title, offset, reason) => {
  const path = await database();
  const bytes = readFileSync(path);
  const newest = bytes.readUInt32LE(152) > bytes.readUInt32LE(4096 + 152) ? 0 : 4096;
  const root = bytes.readUInt32LE(newest + 136);
  const position = root * 4096 + offset;
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x71, position);
  writeFileSync(path, bytes);
  await expect(checkDatabase(path)).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    reason: expect.stringContaining(`page ${root} of the tree of collections: ${reason}`) as string,
  });
});

test("a last page far behind all others is damage", async () => {
  const path = await database();
  const bytes = readFileSync(path);
  for (const meta of [0, 4096]) bytes.writeUInt32LE(2_000_000, meta + 144);
  writeFileSync(path, bytes);
  await expect(checkDatabase(path)).rejects.toThrow("its last page is 2000000");
});

test("what is no file is not read, and nobody waits for it", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "folder.lmdb"));
  await expect(checkDatabase(join(folder, "folder.lmdb"))).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
  });
});

test("what the file system refuses is a DatabaseError that says which file", async () => {
  const path = join(temporaryFolder(), "link.lmdb");
  symlinkSync("link.lmdb", path);
  await expect(checkDatabase(path)).rejects.toMatchObject({
    name: "DatabaseError",
    code: "LMDB_STORE_IO",
    path,
    reason: expect.stringContaining("ELOOP") as string,
  });
  const below = join(await database(), "below.lmdb");
  await expect(checkDatabase(below)).rejects.toMatchObject({ code: "LMDB_STORE_IO", path: below });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a file that this user may not read is a DatabaseError",
  async () => {
    const path = await database();
    chmodSync(path, 0);
    await expect(checkDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_ACCESS_DENIED" });
  },
);

test.skipIf(process.platform === "win32")("a named pipe is not waited for", async () => {
  const path = join(temporaryFolder(), "pipe.lmdb");
  execFileSync("mkfifo", [path]);
  await expect(checkDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN" });
});

test("the event loop goes on meanwhile, and the file is left as it is", async () => {
  const path = await database();
  copyFileSync(path, `${path}.before`);
  let turns = 0;
  const steps = setInterval(() => (turns += 1), 0);
  // For several slices: the first one may end in the same turn.
  const busy = (collection: string): undefined => {
    const until = performance.now() + (collection === "notes" ? 1 : 0.1);
    while (performance.now() < until);
    return undefined;
  };
  await checkDatabase(path, { recordFault: busy });
  clearInterval(steps);
  expect(turns).toBeGreaterThan(0);
  expect(readFileSync(path).equals(readFileSync(`${path}.before`))).toBe(true);
});
