import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { type Calls, type Clause, type Trial, write } from "./clause.ts";
import type { Worker } from "./crew.ts";
import { Random } from "./random.ts";
import { claims, counters, things } from "./sample-collections.ts";
import { type Accounts, type Face, NOBODY, type Task } from "./tasks.ts";
import { withinTime } from "./time-limit.ts";

const NAMES = ["p0", "p1", "p2", "p3"] as const;

// As many attempts each process makes at least, while all others make theirs.
const ATTEMPTS = 40;

// Each attempt takes some thousandth of it.
const STALL_MILLISECONDS = 30_000;

/** Lets each process make its attempts, and gives what each has said. */
async function attemptTogether(
  { crew, load }: Trial,
  tasks: readonly Task[],
): Promise<(readonly string[])[]> {
  const workers = await crew.start(...tasks);
  await Promise.all(workers.map((worker) => worker.line(Math.ceil(ATTEMPTS * load))));
  await Promise.all(workers.map((worker) => worker.finish()));
  return workers.map(({ said }) => said);
}

async function countTogether(trial: Trial, faces: readonly (readonly Face[])[]): Promise<void> {
  const tasks = NAMES.map((_, index): Task => {
    const mine = faces[index % faces.length];
    assert.ok(mine !== undefined);
    return { type: "count", faces: mine };
  });
  const fetched = (await attemptTogether(trial, tasks)).flat().map(Number);
  assert.equal(await trial.calls.get(counters.at("n")), fetched.length, "increments were lost");
  assert.deepEqual(
    fetched.toSorted((one, other) => one - other),
    Array.from({ length: fetched.length }, (_, index) => index),
  );
}

async function claimTogether(trial: Trial): Promise<void> {
  const tasks = NAMES.map((name): Task => ({ type: "claim", name }));
  const attempts = await attemptTogether(trial, tasks);
  const won = attempts.flatMap((said, index) =>
    said.filter((line) => line !== "").map((number) => `${number} ${NAMES[index]}`),
  );
  const stored = await trial.calls.entries(claims, { limit: Infinity });
  assert.deepEqual(
    won.toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10)),
    stored.map(([, claim]) => claim),
  );
}

async function askAndAnswer({ calls, store, crew, load }: Trial): Promise<void> {
  const [worker] = await crew.start({ type: "answer" });
  assert.ok(worker !== undefined);
  for (let round = 1; round <= Math.ceil(ATTEMPTS * load); round += 1) {
    await write(calls, things.put("question", round));
    worker.tell(String(round));
    const seen: unknown = JSON.parse(await worker.line(round));
    assert.deepEqual(seen, Array(store.sync === undefined ? 2 : 3).fill(round));
    const [answer] = await store.entries(things, { gte: "answer", limit: 1 });
    assert.deepEqual(answer, ["answer", String(round)]);
    assert.equal(await store.get(things.at("answer")), String(round));
    if (store.sync !== undefined) assert.equal(store.sync.get(things.at("answer")), String(round));
  }
  await worker.finish();
}

// What both accounts come to, before and after each transaction.
const SUM = 1_000;

/** Both accounts, by a range and by a transaction. */
async function assertSum(calls: Calls): Promise<void> {
  const range = { gte: "left", lte: "right", limit: Infinity };
  const { left, right } = Object.fromEntries(await calls.entries(counters, range));
  assert.equal(Number(left) + Number(right), SUM, "a range saw half of a transaction");
  const accounts = [counters.at("left"), counters.at("right")] as const;
  const sum = await calls.transact(accounts, (values) => ({
    changes: [],
    result: Number(values[0]) + Number(values[1]),
  }));
  assert.equal(sum, SUM, "a transaction saw half of another one");
}

/** Looks at the sum until the work is done, and gives its result. */
async function watchSum<R>(calls: Calls, work: Promise<R>): Promise<R> {
  const done = new AbortController();
  const watching = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await assertSum(calls);
      await delay(1);
    }
  };
  const [result] = await Promise.all([work.finally(() => done.abort()), watching()]);
  await assertSum(calls);
  return result;
}

function mover(name: string, accounts: Accounts = ["left", "right"]): Task {
  return { type: "move", name, accounts };
}

/** Kills the process at some moment after it has said so many things. */
async function killAfter(worker: Worker, lines: number, random: Random): Promise<void> {
  await worker.line(lines);
  await delay(random.below(4));
  worker.kill();
  await worker.ended;
}

/** Kills half of the processes, and lets one more begin. Gives all of them by name. */
async function killMovers({ crew, seed, load }: Trial): Promise<Map<string, Worker>> {
  const random = new Random(seed);
  const enough = Math.ceil(ATTEMPTS * load);
  const workers = await crew.start(...NAMES.map((name) => mover(name)));
  const victims = workers.slice(0, NAMES.length / 2);
  await Promise.all(victims.map((victim) => killAfter(victim, 1 + random.below(enough), random)));
  const heirs = await crew.start(mover("heir"));
  const others = [...workers.slice(victims.length), ...heirs];
  await Promise.all(others.map((worker) => worker.line(enough)));
  await Promise.all(others.map((worker) => worker.finish()));
  return new Map([...workers, ...heirs].map((worker, index) => [NAMES[index] ?? "heir", worker]));
}

async function moveAndKill(trial: Trial): Promise<void> {
  const { calls } = trial;
  await write(calls, counters.put("left", SUM), counters.put("right", 0));
  const workers = await watchSum(calls, killMovers(trial));
  for (const [name, { said, wasKilled }] of workers) {
    const made = (await calls.get(counters.at(name))) ?? 0;
    const isSound = made === said.length || (wasKilled && made === said.length + 1);
    assert.ok(isSound, `${name} knows of ${said.length} moves, and has made ${made}`);
  }
}

/** While there is one, the next attempt of each is soon made. */
async function moveInOppositeOrders({ calls, crew, load }: Trial): Promise<void> {
  await write(calls, counters.put("left", SUM), counters.put("right", 0));
  const workers = await crew.start(mover("p0"), mover("p1", ["right", "left"]));
  for (let made = 1; made <= Math.ceil(ATTEMPTS * load); made += 1) {
    const attempts = Promise.all(workers.map((worker) => worker.line(made)));
    await withinTime(STALL_MILLISECONDS, attempts);
  }
  await withinTime(STALL_MILLISECONDS, Promise.all(workers.map((worker) => worker.finish())));
  await assertSum(calls);
  for (const [index, { said }] of workers.entries()) {
    assert.equal(await calls.get(counters.at(`p${index}`)), said.length);
  }
}

async function leaveInTurn(trial: Trial): Promise<void> {
  const { calls } = trial;
  await write(calls, counters.put("one", 1), counters.put("other", 1));
  const names = ["one", "other"] as const;
  const attempts = await attemptTogether(
    trial,
    names.map((name): Task => ({ type: "leave", name })),
  );
  const failed = attempts.map((said) => said.filter((line) => line === NOBODY).length);
  assert.deepEqual(failed, [0, 0], NOBODY);
  const onCall = await Promise.all(names.map((name) => calls.get(counters.at(name))));
  assert.ok(onCall.includes(1), NOBODY);
}

/** For a store that several processes may use at once. */
export const processClauses: readonly Clause[] = [
  {
    title: "processes that count one counter lose nothing, and no two fetch the same number",
    run: (trial) => countTogether(trial, [["async"]]),
  },
  {
    title: "of processes that put the same records if they are absent, one wins each",
    run: claimTogether,
  },
  {
    title: "what one process has written, another one reads next",
    run: askAndAnswer,
  },
  {
    title:
      "processes that are killed leave no half of a transaction, and lose none that they know of",
    run: moveAndKill,
  },
  {
    title: "of processes that may each leave if the other one stays, one stays",
    run: leaveInTurn,
  },
  {
    title: "processes that read the same records in opposite orders neither fail nor wait for ever",
    run: moveInOppositeOrders,
  },
];

/** The same for its synchronous face. */
export const syncProcessClauses: readonly Clause[] = [
  {
    title: "processes that count by either face, or both in turn, lose nothing",
    run: (trial) => countTogether(trial, [["sync"], ["async"], ["sync", "async"]]),
  },
];
