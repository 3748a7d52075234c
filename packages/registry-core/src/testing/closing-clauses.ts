import assert from "node:assert/strict";

import type { Decision } from "../store/store.ts";
import { assertFails, callsOf, type Clause, write } from "./clause.ts";
import { counters, things } from "./sample-collections.ts";

const CLOSED = { name: "StoreError", code: "REGISTRY_CLOSED" };

/** For the store as a whole, both faces. */
export const closingClauses: readonly Clause[] = [
  {
    title: "after close every call is refused, and closing again does nothing",
    async run({ store }) {
      await write(store, things.put("a", 1));
      await Promise.all([store.close(), store.close()]);
      await store.close();
      const faces = [store, ...(store.sync === undefined ? [] : [callsOf(store.sync)])];
      for (const calls of faces) {
        await assertFails(() => calls.get(things.at("a")), CLOSED);
        await assertFails(() => calls.entries(things, { limit: 1 }), CLOSED);
        await assertFails(() => write(calls, things.put("a", 2)), CLOSED);
        const decide = (): never => assert.fail("decide was called");
        await assertFails(() => calls.transact([], decide), CLOSED);
      }
    },
  },
  {
    title: "close waits for what is under way, and lets nothing new in",
    async run({ store }) {
      const settled: string[] = [];
      const underWay = ["a", "b", "c"].map(async (key) => {
        await write(store, things.put(key, 1));
        settled.push(key);
      });
      const reading = store.get(things.at("a")).then(() => settled.push("read"));
      const closing = store.close();
      await assertFails(() => store.get(things.at("a")), CLOSED);
      await closing;
      assert.deepEqual(settled.toSorted(), ["a", "b", "c", "read"]);
      await Promise.all([...underWay, reading]);
    },
  },
];

/** For a store that is somewhere else than in memory. */
export const reopeningClauses: readonly Clause[] = [
  {
    title: "what was written is there when the place is opened again",
    async run({ store, reopen }) {
      await write(store, things.put("a", { b: [1] }), things.put("__proto__", 2));
      await write(store, things.put("c", 3));
      void write(store, things.delete("c"), things.put("d", 4));
      await store.close();
      const again = await reopen();
      assert.deepEqual(await again.entries(things, { limit: Infinity }), [
        ["__proto__", 2],
        ["a", { b: [1] }],
        ["d", 4],
      ]);
      await write(again, things.put("a", 5));
      assert.equal(await again.get(things.at("a")), 5);
    },
  },
];

/** For a store with a synchronous face. */
export const twoFacesClauses: readonly Clause[] = [
  {
    title: "what one face has written the other one reads next, also while transactions wait",
    async run({ store }) {
      assert.ok(store.sync !== undefined);
      const { sync } = store;
      const increment = ([count = 0]: [number | undefined]): Decision<number> => ({
        changes: [counters.put("n", count + 1)],
        result: count,
      });
      const counter = [counters.at("n")] as const;
      const fetched: number[] = [];
      const waiting: Promise<unknown>[] = [];
      for (let round = 0; round < 10; round += 1) {
        waiting.push(store.transact(counter, increment).then((count) => fetched.push(count)));
        fetched.push(sync.transact(counter, increment));
        assert.ok(Number(sync.get(counter[0])) > round);
      }
      await Promise.all(waiting);
      assert.equal(await store.get(counter[0]), 20);
      assert.equal(sync.get(counter[0]), 20);
      assert.equal(new Set(fetched).size, 20);
    },
  },
];
