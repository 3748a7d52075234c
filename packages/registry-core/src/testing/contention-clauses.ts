import assert from "node:assert/strict";

import { keyOf } from "../store/key.ts";
import { type Calls, type Clause, write } from "./clause.ts";
import { counters, tallies } from "./sample-collections.ts";
import { withinTime } from "./time-limit.ts";
import { upTo } from "./up-to.ts";

// All of them together take some thousandth of it.
const LIMIT_MILLISECONDS = 30_000;

/** Two who are on call: 1 while they are. */
type Pair = readonly [string, string];

/** Leaves if the other one stays: both records are read, and one is written. */
function leave(calls: Calls, pair: Pair, who: 0 | 1): Promise<boolean> {
  return calls.transact([counters.at(pair[0]), counters.at(pair[1])], (onCall) => {
    const isCovered = onCall[1 - who] === 1;
    return { changes: isCovered ? [counters.put(pair[who], 0)] : [], result: isCovered };
  });
}

/** Moves 1 from one account to the other, which are read in this order. */
function moveOne(calls: Calls, from: string, to: string): Promise<void> {
  return calls.transact([counters.at(from), counters.at(to)], ([mine = 0, theirs = 0]) => ({
    changes: [counters.put(from, mine - 1), counters.put(to, theirs + 1)],
    result: undefined,
  }));
}

/** Changes both values that it gets, and writes one anew. Gives how many runs saw such a change. */
async function countSpoilt(calls: Calls): Promise<number> {
  let spoilt = 0;
  await calls.transact([tallies.at("busy"), tallies.at("quiet")], ([busy, quiet]) => {
    assert.ok(busy !== undefined && quiet !== undefined);
    if (busy.marks.length + quiet.marks.length > 0) spoilt += 1;
    busy.marks.push("seen");
    quiet.marks.push("seen");
    const changes = [tallies.put("busy", { count: busy.count + 1, marks: [] })];
    return { changes, result: undefined };
  });
  return spoilt;
}

/** What holds when transactions are wanted at once: not for a face that makes one after the other. */
export const contentionClauses: readonly Clause[] = [
  {
    title: "of two who may each leave if the other one stays, one leaves",
    async run({ calls, load }) {
      const pairs = upTo(Math.ceil(10 * load)).map((index): Pair => [
        keyOf(index, "a"),
        keyOf(index, "b"),
      ]);
      await write(calls, ...pairs.flat().map((name) => counters.put(name, 1)));
      const departures = pairs.map((pair) =>
        Promise.all([leave(calls, pair, 0), leave(calls, pair, 1)]),
      );
      for (const [index, left] of (await Promise.all(departures)).entries()) {
        assert.equal(left.filter(Boolean).length, 1, `pair ${index}: ${String(left)}`);
      }
      const onCall = await calls.entries(counters, { limit: Infinity });
      assert.equal(onCall.filter(([, isOn]) => isOn === 1).length, pairs.length);
    },
  },
  {
    title:
      "transactions that read the same records in opposite orders neither fail nor wait for ever",
    async run({ calls, load }) {
      await write(calls, counters.put("left", 0), counters.put("right", 0));
      const moves = upTo(Math.ceil(20 * load)).flatMap(() => [
        moveOne(calls, "left", "right"),
        moveOne(calls, "right", "left"),
        moveOne(calls, "left", "right"),
      ]);
      await withinTime(LIMIT_MILLISECONDS * Math.max(1, load), Promise.all(moves));
      assert.deepEqual(await calls.entries(counters, { limit: Infinity }), [
        ["left", -moves.length / 3],
        ["right", moves.length / 3],
      ]);
    },
  },
  {
    title: "decide never gets a value that another run of it has changed",
    async run({ calls, load }) {
      const fresh = { count: 0, marks: [] };
      await write(calls, tallies.put("busy", fresh), tallies.put("quiet", fresh));
      const count = Math.ceil(20 * load);
      const spoilt = await Promise.all(upTo(count).map(() => countSpoilt(calls)));
      assert.deepEqual(
        spoilt,
        upTo(count).map(() => 0),
      );
      assert.deepEqual(await calls.entries(tallies, { limit: Infinity }), [
        ["busy", { count, marks: [] }],
        ["quiet", fresh],
      ]);
    },
  },
];
