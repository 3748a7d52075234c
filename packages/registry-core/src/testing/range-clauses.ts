import assert from "node:assert/strict";

import { keyOf, under } from "../store/key.ts";
import type { Range } from "../store/range.ts";
import { assertFails, type Calls, type Clause, TYPE_ERROR, write } from "./clause.ts";
import { numbersAmongThings, things } from "./sample-collections.ts";

const KEYS = ["a", "b", "ba", "c", "d", "e"];
const FIRST_ABOVE_UTF16 = "\u{10000}";

const RANGES: readonly [Range, string][] = [
  [{ limit: Infinity }, "a b ba c d e"],
  [{ limit: 2 }, "a b"],
  [{ limit: 6 }, "a b ba c d e"],
  [{ limit: Number.MAX_SAFE_INTEGER }, "a b ba c d e"],
  [{ gt: "b", limit: Infinity }, "ba c d e"],
  [{ gte: "b", limit: Infinity }, "b ba c d e"],
  [{ gte: "bb", limit: Infinity }, "c d e"],
  [{ gt: "", limit: 1 }, "a"],
  [{ gte: "", limit: 1 }, "a"],
  [{ lt: "c", limit: Infinity }, "a b ba"],
  [{ lte: "c", limit: Infinity }, "a b ba c"],
  [{ lte: "bb", limit: Infinity }, "a b ba"],
  [{ gt: "a", lte: "d", limit: Infinity }, "b ba c d"],
  [{ gte: "a", lt: "d", limit: 3 }, "a b ba"],
  [{ lt: FIRST_ABOVE_UTF16, limit: Infinity }, "a b ba c d e"],
];

const REVERSED: readonly [Range, string][] = [
  [{ reverse: false, limit: 2 }, "a b"],
  [{ reverse: true, limit: Infinity }, "e d c ba b a"],
  [{ reverse: true, limit: 2 }, "e d"],
  [{ gt: "a", lt: "d", reverse: true, limit: 2 }, "c ba"],
  [{ gte: "b", lte: "d", reverse: true, limit: 10 }, "d c ba b"],
  [{ lte: "b", reverse: true, limit: 1 }, "b"],
  [{ lt: "b", reverse: true, limit: 1 }, "a"],
];

// More than an engine would fetch at once.
const MANY = 2_500;

const EMPTY: readonly Range[] = [
  { gt: "e", limit: 1 },
  { lt: "a", limit: 1 },
  { lt: "", limit: 1 },
  { gt: "b", lt: "ba", limit: 1 },
  { gte: "c", lt: "c", limit: 1 },
  { gt: "c", lte: "c", limit: 1 },
  { gt: "c", lt: "c", reverse: true, limit: 1 },
  { gte: "d", lte: "b", limit: Infinity },
  { gt: "e", lt: "a", reverse: true, limit: Infinity },
];

const WRONG = [
  {},
  { limit: undefined },
  { limit: 0 },
  { limit: -1 },
  { limit: 1.5 },
  { limit: Number.NaN },
  { gt: "a", gte: "a", limit: 1 },
  { lt: "a", lte: "a", limit: 1 },
];

async function assertRanges(calls: Calls, ranges: readonly [Range, string][]): Promise<void> {
  await write(calls, ...KEYS.toReversed().map((key) => things.put(key, key)));
  for (const [range, keys] of ranges) {
    const expected = keys.split(" ").map((key) => [key, key]);
    assert.deepEqual(await calls.entries(things, range), expected, JSON.stringify(range));
  }
}

/** Written in three transactions, which lie between each other. */
async function writeMany(calls: Calls): Promise<[string, number][]> {
  const entries = Array.from({ length: MANY }, (_, index): [string, number] => [
    keyOf(index),
    index,
  ]);
  const putAll = (isWanted: (index: number) => boolean): Promise<void> =>
    write(
      calls,
      ...entries
        .filter(([, index]) => isWanted(index))
        .map(([key, index]) => things.put(key, index)),
    );
  await putAll((index) => index % 4 === 3);
  await putAll((index) => index % 2 === 0);
  await putAll((index) => index % 4 === 1);
  return entries;
}

export const rangeClauses: readonly Clause[] = [
  {
    title: "a range gives the entries between its bounds, sorted, and the first ones of a limit",
    run: ({ calls }) => assertRanges(calls, RANGES),
  },
  {
    title: "a reversed range begins at the end, also with a limit",
    run: ({ calls }) => assertRanges(calls, REVERSED),
  },
  {
    title: "a range gives all that is in it, however much, and as much as its limit says",
    async run({ calls }) {
      const all = await writeMany(calls);
      const inner = { gt: keyOf(50), lt: keyOf(MANY - 50) };
      const within = all.slice(51, -50);
      for (const limit of [Infinity, 1_500]) {
        const first = (entries: readonly unknown[]) => entries.slice(0, limit);
        assert.deepEqual(await calls.entries(things, { limit }), first(all));
        assert.deepEqual(await calls.entries(things, { ...inner, limit }), first(within));
        const reversed = { reverse: true, limit };
        assert.deepEqual(await calls.entries(things, reversed), first(all.toReversed()));
        assert.deepEqual(
          await calls.entries(things, { ...inner, ...reversed }),
          first(within.toReversed()),
        );
      }
    },
  },
  {
    title: "the order is that of code points, not of UTF-16",
    async run({ calls }) {
      const sorted = ["a", "\ue000", "\uffff", FIRST_ABOVE_UTF16, "\u{10ffff}"];
      await write(calls, ...sorted.toReversed().map((key) => things.put(key, key)));
      const keysOf = async (range: Range): Promise<string[]> =>
        (await calls.entries(things, range)).map(([key]) => key);
      assert.deepEqual(await keysOf({ limit: Infinity }), sorted);
      assert.deepEqual(await keysOf({ gt: "\uffff", limit: Infinity }), sorted.slice(3));
      assert.deepEqual(
        await keysOf({ lt: FIRST_ABOVE_UTF16, limit: Infinity }),
        sorted.slice(0, 3),
      );
    },
  },
  {
    title: "a range that is empty or inverted gives nothing, nor does an empty collection",
    async run({ calls }) {
      assert.deepEqual(await calls.entries(things, { limit: Infinity }), []);
      await write(calls, ...KEYS.map((key) => things.put(key, key)));
      for (const range of EMPTY) {
        assert.deepEqual(await calls.entries(things, range), [], JSON.stringify(range));
      }
    },
  },
  {
    title: "a range without a limit, or with two bounds on one side, is a TypeError",
    async run({ calls }) {
      for (const wrong of WRONG) {
        // What a caller without types may give.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await assertFails(() => calls.entries(things, wrong as Range), TYPE_ERROR);
      }
    },
  },
  {
    title: "a bound that no key can be compared with is refused",
    async run({ calls }) {
      const refused = { code: "REGISTRY_KEY_INVALID" };
      // The bounds of what is under the longest key are one byte longer than it.
      const below = { ...under("x".repeat(1024)), limit: 1 };
      assert.deepEqual(await calls.entries(things, below), []);
      for (const bound of ["\0", "\ud800", "x".repeat(1026)]) {
        await assertFails(() => calls.entries(things, { gt: bound, limit: 1 }), refused);
        await assertFails(() => calls.entries(things, { lte: bound, limit: 1 }), refused);
      }
    },
  },
  {
    title: "a record that does not fit its schema is an error wherever it is read, never left out",
    async run({ calls }) {
      await write(calls, things.put("a", 1), things.put("b", "two"), things.put("c", 3));
      const corrupt = { name: "StoreError", code: "REGISTRY_RECORD_CORRUPT" };
      const facts = { ...corrupt, collection: "things", key: "b" };
      await assertFails(() => calls.get(numbersAmongThings.at("b")), facts);
      await assertFails(() => calls.entries(numbersAmongThings, { limit: Infinity }), facts);
      await assertFails(() => calls.entries(numbersAmongThings, { limit: 2 }), facts);
      const decide = (): never => assert.fail("decide was called");
      await assertFails(() => calls.transact([numbersAmongThings.at("b")], decide), facts);
      await assert.rejects(
        async () => calls.get(numbersAmongThings.at("b")),
        ({ cause }: Error) => cause instanceof RangeError,
      );
      assert.equal(await calls.get(numbersAmongThings.at("c")), 3);
      assert.deepEqual(await calls.entries(numbersAmongThings, { gt: "b", limit: 2 }), [["c", 3]]);
      assert.deepEqual(await calls.entries(numbersAmongThings, { limit: 1 }), [["a", 1]]);
    },
  },
];
