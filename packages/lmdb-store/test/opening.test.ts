import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { withFileLockSync } from "@x/atomic-fs";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { checkDatabase } from "../src/check-database.ts";
import { openLmdbStore } from "../src/index.ts";
import { type Conversation, startProgram } from "./support/conversation.ts";
import { numbers } from "./support/sample-records.ts";

const OPTIONS = { collections: ["numbers"] };

function databasePath(): string {
  return join(temporaryFolder(), "records.lmdb");
}

/** Processes that open the database, put a record, read all and close it, all of them at once. */
async function openTogether(path: string, processes: number, cycles: number): Promise<void> {
  const crew: Conversation[] = [];
  for (let name = 0; name < processes; name += 1) {
    crew.push(startProgram("open-put-close", path, String(name), String(cycles)));
  }
  expect(new Set(await Promise.all(crew.map(({ next }) => next())))).toEqual(new Set(["ready"]));
  for (const { end } of crew) end();
  for (const { code, signal, stderr } of await Promise.all(crew.map(({ ended }) => ended))) {
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  }
}

/** Whole, with so many records, and nobody has it open or locked any more. */
async function assertAllThere(path: string, records: number): Promise<void> {
  const expected = Array.from({ length: records }, () => expect.any(Number) as number);
  const store = await openLmdbStore(path, OPTIONS);
  const entries = await store.entries(numbers, { limit: Infinity });
  await store.close();
  expect(entries.map(([, value]) => value)).toEqual(expected);
  await checkDatabase(path);
  withFileLockSync(path, () => {}, { timeoutMilliseconds: 0 });
  expect(fs.existsSync(`${path}.lock`)).toBe(false);
}

const ROUNDS = isLongTier ? 20 : 1;
const CYCLES = isLongTier ? 40 : 7;

test("processes that open, put and close again and again all get in, and every record is there", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const path = databasePath();
    await openTogether(path, 3, CYCLES);
    await assertAllThere(path, 3 * CYCLES);
  }
}, 900_000);

const OPENERS = isLongTier ? 200 : 3;

test("many processes that open a new database at once all get in", async () => {
  const path = databasePath();
  await openTogether(path, OPENERS, 1);
  await assertAllThere(path, OPENERS);
}, 900_000);

test("200 stores of one path in one process are one environment, which the last one closes", async () => {
  const path = databasePath();
  const alone = await openLmdbStore(path, OPTIONS);
  const descriptors = descriptorsOf(path);
  await alone.close();
  expect(descriptorsOf(path)).toEqual([]);
  const opening = Array.from({ length: 200 }, () => openLmdbStore(path, OPTIONS));
  const stores = await Promise.all(opening);
  expect(descriptorsOf(path)).toHaveLength(descriptors.length);
  await Promise.all(
    stores.map((store, index) =>
      store.transact([], () => ({
        changes: [numbers.put(`key-${index}`, index)],
        result: undefined,
      })),
    ),
  );
  const last = stores.pop();
  await Promise.all(stores.map((store) => store.close()));
  expect(await last?.entries(numbers, { limit: Infinity })).toHaveLength(200);
  await last?.close();
  expect(descriptorsOf(path)).toEqual([]);
  await assertAllThere(path, 200);
});

/** The descriptors that this process has of the database file. */
function descriptorsOf(path: string): string[] {
  const folder = "/proc/self/fd";
  return fs.readdirSync(folder).filter((name) => {
    // The descriptor of this very listing is gone by now.
    const link = join(folder, name);
    return fs.existsSync(link) && fs.readlinkSync(link) === path;
  });
}

test("stores of one path that are opened while others are being closed hold what was put", async () => {
  const path = databasePath();
  let put = 0;
  const visit = async (visitor: number): Promise<void> => {
    for (let cycle = 0; cycle < (isLongTier ? 100 : 10); cycle += 1) {
      const store = await openLmdbStore(path, OPTIONS);
      const key = `${visitor}-${cycle}`;
      await store.transact([], () => ({ changes: [numbers.put(key, cycle)], result: undefined }));
      put += 1;
      expect(await store.get(numbers.at(key))).toBe(cycle);
      await store.close();
    }
  };
  await Promise.all([0, 1, 2, 3, 4].map(visit));
  expect(descriptorsOf(path)).toEqual([]);
  await assertAllThere(path, put);
});
