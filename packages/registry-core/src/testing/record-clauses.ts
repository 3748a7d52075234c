import assert from "node:assert/strict";

import type { JsonValue } from "../json-value.ts";
import { keyOf, under } from "../store/key.ts";
import { type Calls, type Clause, write } from "./clause.ts";
import { otherThings, things } from "./sample-collections.ts";

const ALL = { limit: Infinity };

/** Changes what a store has given, wherever it can be changed. */
function spoil(given: unknown): void {
  if (typeof given !== "object" || given === null) return;
  for (const inner of Object.values(given)) spoil(inner);
  Reflect.set(given, Array.isArray(given) ? 0 : "a", "spoilt");
}

/** Every way to read the record `a` of `things`. */
async function readings(calls: Calls): Promise<unknown[]> {
  const [entry] = await calls.entries(things, ALL);
  let seen: readonly unknown[] = [];
  await calls.transact([things.at("a"), things.at("a")], (values) => {
    seen = values;
    return { changes: [], result: undefined };
  });
  return [await calls.get(things.at("a")), entry?.[1], ...seen];
}

async function assertHolds(calls: Calls, expected: JsonValue): Promise<void> {
  assert.deepEqual(await readings(calls), [expected, expected, expected, expected]);
}

/** As deep as a value may be. */
function nested(levels: number): JsonValue {
  return levels === 0
    ? "core"
    : levels % 2 === 0
      ? [nested(levels - 1)]
      : { a: nested(levels - 1) };
}

const VALUES: readonly JsonValue[] = [
  null,
  false,
  0,
  -1.5e-7,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  "",
  "\0 \u0001 \n é \uffff \u{10ffff}",
  [],
  {},
  [[], [null], { a: { b: [{}] } }],
  { "": 1, "a b": 2, constructor: 3, toString: 4, length: 5, "10": 6, "9": 7 },
  // Names that mean something to those who copy or encode; one after the other, for they may remember.
  [{ a: 1, __keys__: 2 }, { a: 1 }],
  { a: 1, __keys__: ["b"] },
  { a: 1 },
  { b: 1, __keys__: "a" },
  { toJSON: 1, a: 2 },
  { constructor: { name: "a" }, toJSON: null },
  { a: 1, ["__proto__"]: { b: 2 }, c: [3] },
  // No function, it is a property like any other.
  // oxlint-disable-next-line unicorn/no-thenable
  { valueOf: 1, then: 2, a: { then: null } },
  "long ".repeat(20_000),
  nested(500),
];

const KEYS = [
  " ",
  "10",
  "9",
  "A",
  "__proto__",
  "a",
  "a\u0001b",
  "a b",
  "a/../b",
  'a"\\b\n',
  "a:b",
  "constructor",
  "hasOwnProperty",
  "x".repeat(1024),
  "é",
  "e\u0301",
  "\uffff",
  "\u{10000}",
  "\u{10ffff}".repeat(256),
];

export const recordClauses: readonly Clause[] = [
  {
    title: "a record that was put is given, until it is deleted, and no other one is",
    async run({ calls }) {
      assert.equal(await calls.get(things.at("a")), undefined);
      await write(calls, things.put("a", 1));
      await assertHolds(calls, 1);
      await write(calls, things.put("a", { now: 2 }));
      await assertHolds(calls, { now: 2 });
      assert.equal(await calls.get(things.at("A")), undefined);
      await write(calls, things.delete("a"), things.delete("never there"));
      assert.equal(await calls.get(things.at("a")), undefined);
      assert.deepEqual(await calls.entries(things, ALL), []);
    },
  },
  {
    title: "collections do not see each other's records",
    async run({ calls }) {
      // Put together, name and key of two of these are the same.
      await write(calls, things.put("a", 1), things.put("-2c", 2));
      await write(calls, otherThings.put("a", 3), otherThings.put("b", 4), things.delete("b"));
      assert.deepEqual(await calls.entries(things, ALL), [
        ["-2c", 2],
        ["a", 1],
      ]);
      assert.deepEqual(await calls.entries(otherThings, { ...ALL, reverse: true }), [
        ["b", 4],
        ["a", 3],
      ]);
      assert.equal(await calls.get(otherThings.at("c")), undefined);
    },
  },
  {
    title: "every JSON value comes back as it is",
    async run({ calls }) {
      for (const value of VALUES) {
        await write(calls, things.put("a", value));
        await assertHolds(calls, value);
      }
    },
  },
  {
    title: "-0, lone surrogates and undefined properties come back as JSON has them",
    async run({ calls }) {
      const odd: unknown = { a: -0, b: undefined, c: "\udc00x", "\ud800": [-0] };
      await write(calls, things.put("a", things.parse("a", odd)));
      await assertHolds(calls, { a: 0, c: "\ufffdx", "\ufffd": [0] });
    },
  },
  {
    title: "a property named __proto__ is one like any other",
    async run({ calls }) {
      const text = '{"__proto__":{"a":1},"b":[{"__proto__":2}]}';
      const value: unknown = JSON.parse(text);
      await write(calls, things.put("a", things.parse("a", value)));
      for (const read of await readings(calls)) assert.equal(JSON.stringify(read), text);
    },
  },
  {
    title: "every key that is allowed is a key of its own, and comes in the order of code points",
    async run({ calls }) {
      await write(calls, ...KEYS.map((key, index) => things.put(key, index)));
      for (const [index, key] of KEYS.entries()) {
        assert.equal(await calls.get(things.at(key)), index, JSON.stringify(key));
      }
      const sorted = KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const expected = sorted.map((key) => [key, KEYS.indexOf(key)]);
      assert.deepEqual(await calls.entries(things, ALL), expected);
      await write(calls, ...KEYS.map((key) => things.delete(key)));
      assert.deepEqual(await calls.entries(things, ALL), []);
    },
  },
  {
    title: "parts of keys do not leak into each other's ranges, and numbers sort by value",
    async run({ calls }) {
      const keys = [
        keyOf("a"),
        keyOf("a", 9),
        keyOf("a", 10),
        keyOf("a", ""),
        keyOf("a", "\0"),
        keyOf("a", "10"),
        keyOf("a", "b", "c"),
        keyOf("a", "b:c"),
        keyOf("a", "é"),
        keyOf("a", "\u{10000}"),
        keyOf("a\0", "c"),
        keyOf("a:b", "c"),
        keyOf("é", 1),
      ];
      await write(calls, ...keys.toReversed().map((key) => things.put(key, keys.indexOf(key))));
      const found = await calls.entries(things, ALL);
      assert.deepEqual(
        found,
        [...keys.entries()].map(([index, key]) => [key, index]),
      );
      const below = await calls.entries(things, { ...under("a"), ...ALL });
      assert.deepEqual(below, found.slice(1, 10));
      const last = await calls.entries(things, { ...under("a"), limit: 1, reverse: true });
      assert.deepEqual(last, found.slice(9, 10));
      assert.deepEqual(await calls.entries(things, { ...under("a", "b"), ...ALL }), [
        [keyOf("a", "b", "c"), 6],
      ]);
    },
  },
  {
    title: "what becomes of a change after its transaction does not reach the store",
    async run({ calls }) {
      const change = things.put("a", { a: 1, b: [{ a: 2 }] });
      await write(calls, change);
      if (change.type === "put") spoil(change.value);
      await assertHolds(calls, { a: 1, b: [{ a: 2 }] });
    },
  },
  {
    title: "changing what was given changes nothing in the store",
    async run({ calls }) {
      const value = { a: 1, b: [{ a: 2 }] };
      await write(calls, things.put("a", value));
      for (const index of [0, 1, 2, 3]) {
        spoil((await readings(calls))[index]);
        await assertHolds(calls, value);
      }
      const isApart = await calls.transact([things.at("a"), things.at("a")], ([one, other]) => {
        spoil(one);
        return { changes: [], result: JSON.stringify(other) === JSON.stringify(value) };
      });
      assert.equal(isApart, true);
    },
  },
];
