import assert from "node:assert/strict";

import type { JsonValue } from "../json-value.ts";
import type { Change } from "../store/collection.ts";
import { keyOf, under } from "../store/key.ts";
import type { Range } from "../store/range.ts";
import type { Calls, Clause } from "./clause.ts";
import { Model } from "./model.ts";
import { Random } from "./random.ts";
import { otherThings, things } from "./sample-collections.ts";

const ROUNDS = 200;

const KEYS = [
  "a",
  "b",
  "a:b",
  "é",
  "10",
  "9",
  "__proto__",
  "constructor",
  "\uffff",
  "\u{10000}",
  keyOf("a", 9),
  keyOf("a", 10),
  keyOf("a", "b"),
  keyOf("a\0", ""),
] as const;
const COLLECTIONS = [things, otherThings] as const;
const NAMES = ["a", "b", "__proto__", "7", "é"] as const;

function randomValue(random: Random, depth = 0): JsonValue {
  switch (random.below(depth < 2 ? 6 : 4)) {
    case 0:
      return random.below(1000) / 7;
    case 1:
      return random.pick([null, true, false, 0, ""]);
    case 2:
      return random.pick(KEYS);
    case 3:
      return -random.below(2 ** 31) - 1;
    case 4:
      return random.some(4, () => randomValue(random, depth + 1));
    default:
      return Object.fromEntries(
        random.some(4, () => [random.pick(NAMES), randomValue(random, depth + 1)]),
      );
  }
}

function randomChange(random: Random): Change {
  const collection = random.pick(COLLECTIONS);
  const key = random.pick(KEYS);
  return random.below(4) === 0 ? collection.delete(key) : collection.put(key, randomValue(random));
}

function randomRange(random: Random): Range {
  const reverse = random.below(2) === 0;
  const limit = random.pick([1, 2, 3, 100, Infinity]);
  if (random.below(5) === 0) return { ...under("a"), reverse, limit };
  const bound = (names: readonly [string, string]) =>
    random.below(3) === 0 ? {} : { [random.pick(names)]: random.pick(KEYS) };
  return { ...bound(["gt", "gte"]), ...bound(["lt", "lte"]), reverse, limit };
}

async function assertSameRecord(calls: Calls, model: Model, random: Random): Promise<void> {
  const address = random.pick(COLLECTIONS).at(random.pick(KEYS));
  assert.deepEqual(await calls.get(address), model.get(address));
}

async function assertSameEntries(calls: Calls, model: Model, random: Random): Promise<void> {
  const collection = random.pick(COLLECTIONS);
  const range = randomRange(random);
  const expected = model.entries(collection.name, range);
  assert.deepEqual(await calls.entries(collection, range), expected);
}

/** One in eight comes to nothing. */
async function transactBoth(calls: Calls, model: Model, random: Random): Promise<void> {
  const reads = random.some(4, () => random.pick(COLLECTIONS).at(random.pick(KEYS)));
  const changes = random.some(5, () => randomChange(random));
  const refusal = random.below(8) === 0 ? new Error("refused") : undefined;
  const transaction = async (): Promise<unknown> =>
    calls.transact(reads, (values) => {
      const expected = reads.map((address) => model.get(address));
      assert.deepEqual(values, expected);
      if (refusal !== undefined) throw refusal;
      return { changes, result: changes.length };
    });
  if (refusal === undefined) {
    assert.equal(await transaction(), changes.length);
    model.apply(changes);
  } else {
    await assert.rejects(transaction, (error) => error === refusal);
  }
}

async function playRound(calls: Calls, model: Model, random: Random): Promise<void> {
  switch (random.below(4)) {
    case 0:
      return assertSameRecord(calls, model, random);
    case 1:
      return assertSameEntries(calls, model, random);
    default:
      return transactBoth(calls, model, random);
  }
}

export const randomClauses: readonly Clause[] = [
  {
    title: "over random transactions, reads and ranges the store holds what a plain model holds",
    async run({ calls, seed, load }) {
      const random = new Random(seed);
      const model = new Model();
      const rounds = Math.ceil(ROUNDS * load);
      for (let round = 0; round < rounds; round += 1) {
        try {
          await playRound(calls, model, random);
        } catch (cause) {
          const text = cause instanceof Error ? cause.message : String(cause);
          throw new Error(`seed ${seed}, round ${round}: ${text}`, { cause });
        }
      }
      for (const { name } of COLLECTIONS) {
        const all = { limit: Infinity };
        const found = await calls.entries(name === things.name ? things : otherThings, all);
        assert.deepEqual(found, model.entries(name, all), `seed ${seed}, at the end`);
      }
    },
  },
];
