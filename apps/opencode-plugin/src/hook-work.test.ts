import { expect, test } from "vitest";

import { unsettled } from "../test/support/unsettled.ts";
import { createHookWork, type HookWork } from "./hook-work.ts";
import { Refusal } from "./refusal.ts";

const refusal = new Refusal("CABINET_WRITE_HELD", "not now");

interface Opened {
  readonly work: Pick<HookWork, "settled"> & {
    run(work: () => void | Promise<void>): Promise<void>;
  };
  readonly failures: string[];
}

function open(limitMilliseconds = 60_000): Opened {
  const failures: string[] = [];
  const work = createHookWork((error) => void failures.push(String(error)));
  const settled = (limit: number): Promise<boolean> => work.settled(limit);
  return { work: { run: async (todo) => work.run(todo, limitMilliseconds), settled }, failures };
}

test("work that fails is reported, and the hook does not throw", async () => {
  const { work, failures } = open();
  await work.run(() => Promise.reject(new Error("later")));
  await work.run(() => {
    throw new Error("at once");
  });
  expect(failures).toEqual(["Error: later", "Error: at once"]);
  expect(await work.settled(60_000)).toBe(true);
});

test("a refusal is thrown, and is no failure", async () => {
  const { work, failures } = open();
  const later = work.run(() => Promise.reject(refusal));
  await expect(later).rejects.toBe(refusal);
  const atOnce = work.run(() => {
    throw refusal;
  });
  await expect(atOnce).rejects.toBe(refusal);
  await work.run(() => undefined);
  expect(failures).toEqual([]);
});

test("work beyond the limit lets the session go on, and is awaited at the end", async () => {
  const { work } = open(1);
  const { promise, resolve } = unsettled();
  let isDone = false;
  await work.run(async () => {
    await promise;
    isDone = true;
  });
  expect(isDone).toBe(false);
  expect(await work.settled(1)).toBe(false);
  const settled = work.settled(60_000);
  resolve();
  expect(await settled).toBe(true);
  expect(isDone).toBe(true);
});

test("a refusal beyond the limit comes too late: that is a failure", async () => {
  const { work, failures } = open(1);
  const { promise, reject } = unsettled();
  await work.run(() => promise);
  reject(refusal);
  expect(await work.settled(60_000)).toBe(true);
  expect(failures).toEqual(["Refusal: not now"]);
});

test("a failure beyond the limit is reported all the same", async () => {
  const { work, failures } = open(1);
  const { promise, reject } = unsettled();
  await work.run(() => promise);
  expect(failures).toEqual([]);
  reject(new Error("late"));
  await work.settled(60_000);
  expect(failures).toEqual(["Error: late"]);
});

test("work that is begun while the end is awaited is awaited too", async () => {
  const { work } = open(1);
  const [first, second] = [unsettled(), unsettled()];
  let isSettled = false;
  await work.run(() => first.promise);
  const settled = work.settled(60_000).then(() => (isSettled = true));
  await work.run(() => second.promise);
  first.resolve();
  await work.run(() => Promise.resolve());
  expect(isSettled).toBe(false);
  second.resolve();
  await settled;
});
