import { expect, test } from "vitest";

import { createHookWork } from "./hook-work.ts";

test("work that fails is reported, and the hook does not throw", async () => {
  const failures: unknown[] = [];
  const work = createHookWork({ limitMilliseconds: 60_000, onFailure: (e) => failures.push(e) });
  await work.run(() => Promise.reject(new Error("later")));
  await work.run(() => {
    throw new Error("at once");
  });
  expect(failures.map(String)).toEqual(["Error: later", "Error: at once"]);
  await work.settled();
});

test("work beyond the limit lets the session go on, and is awaited at the end", async () => {
  const work = createHookWork({ limitMilliseconds: 1, onFailure: () => {} });
  let finish = (): void => {};
  let isDone = false;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  await work.run(async () => {
    await slow;
    isDone = true;
  });
  expect(isDone).toBe(false);
  const settled = work.settled();
  finish();
  await settled;
  expect(isDone).toBe(true);
});
