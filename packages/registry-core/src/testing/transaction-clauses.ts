import assert from "node:assert/strict";

import type { Change } from "../store/collection.ts";
import type { Decision, Store } from "../store/store.ts";
import { assertFails, type Calls, type Clause, TYPE_ERROR, write } from "./clause.ts";
import { fetchAndIncrement } from "./fetch-and-increment.ts";
import { counters, otherThings, things } from "./sample-collections.ts";
import { upTo } from "./up-to.ts";

const ALL = { limit: Infinity };
const NOTHING: Decision<undefined> = { changes: [], result: undefined };

/** Two records, which are still the same when a transaction came to nothing. */
async function assertUntouched(calls: Calls, attempt: () => Promise<void>): Promise<void> {
  await write(calls, things.put("a", 1), things.put("b", 2));
  await attempt();
  assert.deepEqual(await calls.entries(things, ALL), [
    ["a", 1],
    ["b", 2],
  ]);
  await write(calls, things.put("a", 3));
  assert.equal(await calls.get(things.at("a")), 3);
}

/** A change that cannot be made: its value cannot be read. */
function impossibleChange(key: string): Change {
  return new Proxy(things.put(key, 1), {
    get(change, name) {
      if (name === "value") throw new Error("this value cannot be read");
      return Reflect.get(change, name) as unknown;
    },
  });
}

const NO_CHANGES: readonly unknown[] = [
  {},
  null,
  5,
  { type: "remove", collection: "things", key: "a" },
];

/** They look like changes, and nobody has checked their keys and values. */
const FORGED_CHANGES: readonly unknown[] = [
  { type: "put", collection: "things", key: "a", value: 5 },
  { type: "delete", collection: "things", key: "a" },
  { type: "put", collection: "things", key: "\0structures", value: [] },
  { ...things.put("a", 5), key: "\0structures" },
];

/** Every call of the store and of its synchronous face. */
function everyCall(store: Store): (() => unknown)[] {
  return [store, ...(store.sync === undefined ? [] : [store.sync])].flatMap((face) => [
    () => face.get(things.at("a")),
    () => face.entries(things, ALL),
    () => face.transact([], () => NOTHING),
  ]);
}

export const transactionClauses: readonly Clause[] = [
  {
    title: "decide gets the values that are read, and its result is given",
    async run({ calls }) {
      await write(calls, things.put("a", 1), otherThings.put("a", { b: 2 }));
      const result = { any: Symbol("thing") };
      const reads = [otherThings.at("a"), things.at("none"), things.at("a")] as const;
      const given = await calls.transact(reads, (values) => {
        assert.deepEqual(values, [{ b: 2 }, undefined, 1]);
        return { changes: [], result };
      });
      assert.equal(given, result);
    },
  },
  {
    title: "all changes are made, also those of records that were not read",
    async run({ calls }) {
      await write(calls, things.put("a", 1), things.put("b", 2));
      await calls.transact([things.at("a")], ([a]) => ({
        changes: [things.put("c", [a ?? null]), things.delete("a"), otherThings.put("a", "new")],
        result: undefined,
      }));
      assert.deepEqual(await calls.entries(things, ALL), [
        ["b", 2],
        ["c", [1]],
      ]);
      assert.deepEqual(await calls.entries(otherThings, ALL), [["a", "new"]]);
    },
  },
  {
    title: "several changes of one record are made in their order",
    async run({ calls }) {
      await write(calls, things.put("a", 1), things.put("a", 2));
      await write(calls, things.put("b", 1), things.delete("b"));
      await write(calls, things.delete("a"), things.put("a", 3), things.put("c", 4));
      await write(calls, things.delete("c"), things.put("c", 5), things.delete("c"));
      assert.deepEqual(await calls.entries(things, ALL), [["a", 3]]);
    },
  },
  {
    title: "without changes nothing is written",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        const reads = [things.at("a"), things.at("none"), things.at("b")] as const;
        const values = await calls.transact(reads, (read) => ({ changes: [], result: read }));
        assert.deepEqual(values, [1, undefined, 2]);
      }),
  },
  {
    title: "when decide throws, nothing happened, and that very error comes out",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        const refusal = { code: "MY_OWN", toString: () => "not an Error" };
        const decide = (): never => {
          things.put("a", 5);
          throw refusal;
        };
        await assert.rejects(
          async () => calls.transact([things.at("a"), things.at("none")], decide),
          (error) => error === refusal,
        );
      }),
  },
  {
    title: "a change that cannot be made takes the others with it",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        const changes = [things.put("a", 5), things.delete("b"), impossibleChange("c")];
        await assert.rejects(async () => write(calls, ...changes, things.put("d", 5)));
      }),
  },
  {
    title: "a promise from decide is a TypeError, and nothing happened",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        const decision = { changes: [things.put("a", 5)], result: undefined };
        const late = async (): Promise<Decision<undefined>> => decision;
        const failing = (): Promise<never> => Promise.reject(new Error("late"));
        // What a caller without types may give.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        for (const decide of [late, failing] as unknown as (() => typeof decision)[]) {
          await assertFails(() => calls.transact([things.at("a")], decide), TYPE_ERROR);
        }
      }),
  },
  {
    title: "what is no decision is a TypeError, and nothing happened",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        const wrong: unknown[] = [undefined, null, 5, {}, { changes: things.put("a", 5) }];
        for (const decision of wrong) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          const decide = (): Decision<undefined> => decision as Decision<undefined>;
          await assertFails(() => calls.transact([], decide), TYPE_ERROR);
        }
      }),
  },
  {
    title: "what is no change is a TypeError, and nothing happened",
    run: ({ calls }) =>
      assertUntouched(calls, async () => {
        for (const change of [...NO_CHANGES, ...FORGED_CHANGES]) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          const changes = [things.put("a", 5), change as Change, things.delete("b")];
          await assertFails(() => write(calls, ...changes), TYPE_ERROR);
        }
      }),
  },
  {
    title: "a call of the store inside decide is a TypeError at once",
    run: ({ calls, store }) =>
      assertUntouched(calls, async () => {
        for (const call of everyCall(store)) {
          const decide = (): Decision<undefined> => {
            // One that is not refused may still fail later.
            Promise.resolve(call()).catch(() => {});
            return { changes: [things.put("a", 5)], result: undefined };
          };
          await assertFails(() => calls.transact([], decide), TYPE_ERROR);
        }
      }),
  },
  {
    title: "transactions that are wanted at once lose nothing, and each sees the one before",
    async run({ calls, load }) {
      const count = Math.ceil(40 * load);
      const fetched = await Promise.all(upTo(count).map(() => fetchAndIncrement(calls)));
      assert.deepEqual(
        fetched.toSorted((a, b) => a - b),
        upTo(count),
      );
      assert.equal(await calls.get(counters.at("n")), count);
    },
  },
  {
    title: "what a transaction has written when it resolves is read next",
    async run({ calls }) {
      for (const round of upTo(20)) {
        await write(calls, things.put("a", round), things.put("b", round));
        assert.equal(await calls.get(things.at("a")), round);
        assert.deepEqual(await calls.entries(things, { gt: "a", limit: 1 }), [["b", round]]);
      }
    },
  },
  {
    title: "one that fails among others takes none with it",
    async run({ calls }) {
      const refusal = new Error("no");
      const failing = (): Promise<unknown> =>
        calls.transact([counters.at("n")], () => {
          throw refusal;
        });
      const attempts = upTo(12).map(async (index) =>
        index % 3 === 0 ? failing() : fetchAndIncrement(calls),
      );
      const outcomes = await Promise.allSettled(attempts);
      const failed = outcomes.filter(({ status }) => status === "rejected");
      assert.deepEqual(
        failed,
        upTo(4).map(() => ({ status: "rejected", reason: refusal })),
      );
      assert.equal(await calls.get(counters.at("n")), 8);
    },
  },
];
