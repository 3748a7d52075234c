import fs from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import type { Change } from "@x/registry-core";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { checkDatabase } from "../src/check-database.ts";
import { CappedStore } from "./support/capped-store.ts";
import { startProgram } from "./support/conversation.ts";
import { notes } from "./support/sample-records.ts";

const MEBIBYTE = 2 ** 20;
const FULL = { name: "DatabaseError", code: "LMDB_STORE_FULL" };

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function capped(maxSize: number, folder = temporaryFolder()): CappedStore {
  const store = new CappedStore(join(fs.mkdtempSync(join(folder, "capped-")), "r.lmdb"), maxSize);
  onTestFinished(() => store.close());
  return store;
}

const SIZES: readonly (readonly [mebibytes: number, size: number, batch: number])[] = [
  [1, 1000, isLongTier ? 1 : 5],
  [1, 3000, 1],
  [1, 200_000, 1],
  [2, 20_000, 3],
  ...(isLongTier
    ? ([
        [1, 10, 1],
        [1, 10, 100],
        [1, 100, 1],
        [1, 1000, 10],
        [1, 4000, 1],
        [1, 50_000, 1],
        [2, 10, 500],
        [2, 100_000, 2],
        [5, 100, 10],
        [5, 3000, 100],
        [5, 200_000, 1],
        [64, 200_000, 10],
      ] as const)
    : []),
];

test.for(SIZES)(
  "a store of %i MiB is full of records of %i bytes, %i at once, and what is deleted makes room again",
  { timeout: 600_000 },
  async ([mebibytes, size, batch], { annotate }) => {
    const store = capped(mebibytes * MEBIBYTE);
    const fitted = await store.fill(size, batch);
    expect(fitted).toBeGreaterThan(0);
    const used = fs.statSync(store.path).size / store.maxSize;
    await annotate(`${mebibytes} MiB, ${size} bytes: ${(used * 100).toFixed(0)} % used`, "cap");
    await store.assertSame();
    // Again and again until nothing is left of it.
    for (const key of store.model.keys()) {
      expect(await store.make(notes.delete(key))).toBe(true);
    }
    await store.close();
    const again = await store.fill(size, batch);
    expect(again).toBeGreaterThanOrEqual(Math.floor(fitted * 0.9) - 1);
    await store.assertSame();
    await store.close();
    await checkDatabase(store.path);
    await store.assertSame();
  },
);

test("what one transaction has deleted from a full store makes room for the very next one", async () => {
  for (const size of [1000, 3000, 5000]) {
    const store = capped(MEBIBYTE);
    const fitted = await store.fill(size, 1);
    // Those that lie together: to delete takes pages, too.
    const keys = [...store.model.keys()].toSorted().slice(0, fitted / 3);
    expect(await store.make(...keys.map((key) => notes.delete(key)))).toBe(true);
    const again = await store.fill(size, 1);
    expect(again).toBeGreaterThanOrEqual(Math.floor(keys.length * 0.9) - 1);
    await store.assertSame();
    await store.close();
    await checkDatabase(store.path);
  }
});

test("a store that was opened with a smaller maximum than the file has is read, and does not grow", async () => {
  const large = capped(2 * MEBIBYTE);
  await large.fill(3000, isLongTier ? 1 : 3);
  await large.close();
  const before = fs.statSync(large.path).size;
  const store = await large.open(MEBIBYTE);
  await large.assertSame();
  const transact = (change: Change): Promise<unknown> =>
    store.transact([], () => ({ changes: [change], result: undefined }));
  await expect(transact(notes.put("more", "x".repeat(300_000)))).rejects.toMatchObject(FULL);
  // Free pages that it has may do for one.
  const few = [transact(notes.put("few", "x")), transact(notes.delete("few"))];
  for (const outcome of await Promise.allSettled(few)) {
    const isFull = outcome.status === "rejected" && FULL.code === codeOf(outcome.reason);
    expect(isFull || outcome.status === "fulfilled").toBe(true);
  }
  expect(fs.statSync(large.path).size).toBe(before);
  await large.assertSame();
});

test("of many transactions at once only the one that is too large fails", async () => {
  const capsule = capped(MEBIBYTE);
  const store = await capsule.open();
  const sizes = [10, 1000, 2_000_000, 20_000, 10, 3_000_000, 50_000];
  const outcomes = await Promise.allSettled(
    sizes.map((size, index) =>
      store.transact([], () => ({
        changes: [notes.put(String(index), "x".repeat(size))],
        result: undefined,
      })),
    ),
  );
  expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(
    sizes.map((size) => size < MEBIBYTE),
  );
  const kept = await store.entries(notes, { limit: Infinity });
  expect(kept.map(([key]) => key)).toEqual(["0", "1", "3", "4", "6"]);
  expect(fs.statSync(capsule.path).size).toBeLessThanOrEqual(MEBIBYTE);
});

const steps = fc.array(
  fc.record({
    key: fc.nat({ max: 60 }),
    count: fc.oneof(fc.constant(1), fc.nat({ max: 30 })),
    size: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 9000 }), fc.nat({ max: 200_000 })),
    kind: fc.constantFrom("put", "put", "delete", "reopen", "verify"),
  }),
  { minLength: 20, maxLength: 150 },
);

test(
  "whatever is put and deleted, the file is never too large, and holds what was not refused",
  { timeout: 1_800_000 },
  async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const store = capped(MEBIBYTE, folder);
        // Readers that see what was there keep its pages from being used again.
        let held: Promise<unknown> = Promise.resolve();
        for (const { key, count, size, kind } of taken) {
          const keys = Array.from({ length: count }, (_, index) => `key ${key + index}`);
          const value = "x".repeat(Math.floor(size / Math.max(1, count)));
          if (kind === "put") await store.make(...keys.map((one) => notes.put(one, value)));
          else if (kind === "delete") await store.make(...keys.map((one) => notes.delete(one)));
          else if (kind === "verify") held = (await store.open()).verify();
          else {
            await held;
            await store.close();
          }
        }
        await held;
        await store.assertSame();
        await store.close();
        expect(await checkDatabase(store.path)).toMatchObject({ lostPages: expect.any(Number) });
      }),
      { numRuns: isLongTier ? 300 : 5 },
    );
  },
);

const CHANGES = isLongTier ? 3000 : 100;

test("two processes with the same maximum never make the file larger, with a reader held open", async () => {
  const capsule = capped(MEBIBYTE);
  await capsule.fill(3000, 1);
  const store = await capsule.open();
  const crew = (isLongTier ? ["a", "bb"] : ["a"]).map((name) =>
    startProgram("change-near-the-cap", capsule.path, String(MEBIBYTE), name, String(CHANGES)),
  );
  for (const { next } of crew) expect(await next()).toBe("ready");
  const verified = store.verify();
  for (const { end } of crew) end();
  // Its own writes, in between.
  for (const key of capsule.model.keys()) await capsule.make(notes.delete(key));
  await verified;
  for (const { ended } of crew) {
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { counts, largest } = JSON.parse(stdout.split("\n")[1] ?? "") as {
      counts: Record<string, number>;
      largest: number;
    };
    expect(largest).toBeLessThanOrEqual(MEBIBYTE);
    const { done = 0, LMDB_STORE_FULL: full = 0, ...others } = counts;
    expect(others).toEqual({});
    expect(done).toBeGreaterThan(0);
    expect(done + full).toBe(CHANGES);
  }
  await store.verify();
}, 600_000);
