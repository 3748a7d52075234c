import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

import { keyOf } from "../store/key.ts";
import type { Store } from "../store/store.ts";
import { type Calls, callsOf } from "./clause.ts";
import { fetchAndIncrement } from "./fetch-and-increment.ts";
import { claims, counters, things } from "./sample-collections.ts";
import type { StoreFactory } from "./store-factory.ts";

/** What a process of the suite does with the store, again and again until it hears no more. */
export type Task =
  /** Fetches and increments one counter, by these faces in turn; says what it has fetched. */
  | { readonly type: "count"; readonly faces: readonly Face[] }
  /** Puts its name under the next number if nothing is there; says the number if it was first. */
  | { readonly type: "claim"; readonly name: string }
  /** Moves an amount between two accounts, read in this order, and counts its moves; says the count. */
  | { readonly type: "move"; readonly name: string; readonly accounts: Accounts }
  /** Leaves if the other one stays, and comes back; says what it did, or that nobody was on call. */
  | { readonly type: "leave"; readonly name: OnCall }
  /** Says what it reads whenever it hears a line, and writes the line. */
  | { readonly type: "answer" };

export type Face = "async" | "sync";

export type Accounts = readonly ["left", "right"] | readonly ["right", "left"];

type OnCall = "one" | "other";

/** What a process is told when it starts. */
export interface Assignment {
  readonly factory: StoreFactory;
  readonly folder: string;
  readonly task: Task;
}

/** What the process hears, line by line, and how it says something. */
interface Talk {
  readonly heard: AsyncIterable<string>;
  readonly say: (line: string) => void;
}

export async function runTask(store: Store, task: Task, talk: Talk): Promise<void> {
  switch (task.type) {
    case "count":
      return untilSilent(talk, (round) =>
        fetchAndIncrement(faceOf(store, task.faces[round % task.faces.length])),
      );
    case "claim":
      return untilSilent(talk, () => claimNext(store, task.name));
    case "move":
      return untilSilent(talk, () => move(store, task));
    case "leave":
      return untilSilent(talk, () => leaveOrReturn(store, task.name));
    case "answer":
      for await (const line of talk.heard) talk.say(await answer(store, line));
  }
}

async function untilSilent(
  { heard, say }: Talk,
  attempt: (round: number) => Promise<string | number>,
): Promise<void> {
  const silence = new AbortController();
  const listening = listen(heard).finally(() => silence.abort());
  for (let round = 0; !silence.signal.aborted; round += 1) {
    say(String(await attempt(round)));
    // However the store resolves its promises, the end of the input is heard.
    await setImmediate();
  }
  await listening;
}

async function listen(heard: AsyncIterable<string>): Promise<void> {
  for await (const line of heard) assert.fail(`nothing is to be heard but ${line}`);
}

function faceOf(store: Store, face: Face | undefined): Calls {
  if (face !== "sync") return store;
  assert.ok(store.sync !== undefined, "the store has no synchronous face");
  return callsOf(store.sync);
}

/** Where all others are: after the last number that somebody has. */
async function claimNext(store: Store, name: string): Promise<string | number> {
  const [last] = await store.entries(claims, { reverse: true, limit: 1 });
  const number = last === undefined ? 0 : Number.parseInt(last[1], 10) + 1;
  const key = keyOf(number);
  const isFirst = await store.transact([claims.at(key)], ([claim]) => ({
    changes: claim === undefined ? [claims.put(key, `${number} ${name}`)] : [],
    result: claim === undefined,
  }));
  return isFirst ? number : "";
}

function move(store: Store, { name, accounts }: Task & { type: "move" }): Promise<number> {
  const [from, to] = accounts;
  const amount = Math.floor(Math.random() * 200) - 100;
  const reads = [counters.at(from), counters.at(to), counters.at(name)] as const;
  return store.transact(reads, ([source = 0, target = 0, made = 0]) => ({
    changes: [
      counters.put(from, source - amount),
      counters.put(to, target + amount),
      counters.put(name, made + 1),
    ],
    result: made + 1,
  }));
}

export const NOBODY = "nobody was on call";

/** Both records are read, in one order, and only its own is written. */
function leaveOrReturn(store: Store, name: OnCall): Promise<string> {
  return store.transact([counters.at("one"), counters.at("other")], ([one = 0, other = 0]) => {
    if (one + other === 0) return { changes: [], result: NOBODY };
    const [mine, theirs] = name === "one" ? [one, other] : [other, one];
    if (theirs === 0) return { changes: [], result: "stays" };
    return { changes: [counters.put(name, 1 - mine)], result: mine === 0 ? "returns" : "leaves" };
  });
}

/** Read in every way that there is, before the line is written. */
async function answer(store: Store, line: string): Promise<string> {
  const [entry] = await store.entries(things, { gte: "question", limit: 1 });
  const seen = [await store.get(things.at("question")), entry?.[1]];
  if (store.sync !== undefined) seen.push(store.sync.get(things.at("question")));
  await store.transact([], () => ({ changes: [things.put("answer", line)], result: undefined }));
  return JSON.stringify(seen);
}
