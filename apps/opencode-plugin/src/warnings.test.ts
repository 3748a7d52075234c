import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { unsettled } from "../test/support/unsettled.ts";
import { watchedClient } from "../test/support/watched-client.ts";
import type { Client } from "./opencode.ts";
import { createWarnings, type Warnings } from "./warnings.ts";

const ESCAPE = "\u001b[31m";

test("each warning is told once, for its text or for its key", async () => {
  const { client, logged, toasts } = watchedClient();
  const warnings = createWarnings({ client, hasToasts: true });
  warnings.beginShowing();
  warnings.warn("one");
  warnings.warn("one");
  warnings.warn("two", "key");
  warnings.warn("three", "key");
  expect(logged).toEqual(["warn: cabinet: one", "warn: cabinet: two"]);
  expect(toasts).toEqual(["one", "two"]);
});

test("toasts wait until somebody looks, and are shown once, in their order", async () => {
  const { client, logged, toasts } = watchedClient();
  const warnings = createWarnings({ client, hasToasts: true });
  warnings.warn("one");
  warnings.warn("two");
  expect(logged).toHaveLength(2);
  expect(toasts).toEqual([]);
  warnings.beginShowing();
  expect(toasts).toEqual(["one", "two"]);
  warnings.beginShowing();
  warnings.warn("three");
  expect(toasts).toEqual(["one", "two", "three"]);
});

test("a note is in the log each time, and is no toast; without toasts a warning is in the log only", async () => {
  const { client, logged, toasts } = watchedClient();
  const warnings = createWarnings({ client, hasToasts: false });
  warnings.beginShowing();
  warnings.note("done");
  warnings.note("done");
  warnings.warn("look");
  const lines = ["info: cabinet: done", "info: cabinet: done", "warn: cabinet: look"];
  expect(logged).toEqual(lines);
  expect(toasts).toEqual([]);
});

test("nothing that acts on a terminal reaches the log or a toast", async () => {
  const { client, logged, toasts } = watchedClient();
  const warnings = createWarnings({ client, hasToasts: true });
  warnings.warn(`${ESCAPE}red\n\u202e`);
  warnings.note(`${ESCAPE}red`);
  warnings.beginShowing();
  const red = String.raw`\u{1b}[31mred`;
  expect(logged).toEqual([String.raw`warn: cabinet: ${red}\u{a}\u{202e}`, `info: cabinet: ${red}`]);
  expect(toasts).toEqual([String.raw`${red}\u{a}\u{202e}`]);
});

const THROWS = (): never => {
  throw new Error("no");
};
const REJECTS = (): Promise<never> => Promise.reject(new Error("no"));

test.each<[string, Client | undefined]>([
  ["is not there", undefined],
  ["has neither log nor toasts", {}],
  ["has them without their calls", { app: {}, tui: {} }],
  ["throws", { app: { log: THROWS }, tui: { showToast: THROWS } }],
  ["rejects", { app: { log: REJECTS }, tui: { showToast: REJECTS } }],
])("a client that %s is as good as any other, and nobody waits for its log", async (_, client) => {
  const warnings = createWarnings({ client, hasToasts: true });
  warnings.warn("one");
  warnings.beginShowing();
  warnings.note("two");
  expect(await isSettledAtOnce(warnings)).toBe(true);
});

/** Without a timer. */
async function isSettledAtOnce(warnings: Warnings): Promise<boolean> {
  let isSettled = false;
  void warnings.settled().then(() => (isSettled = true));
  await setImmediate();
  return isSettled;
}

test("a client that has a line for its log is given the time to write it out", async () => {
  const { client } = watchedClient();
  const warnings = createWarnings({ client, hasToasts: true });
  expect(await isSettledAtOnce(warnings)).toBe(true);
  warnings.note("one");
  expect(await isSettledAtOnce(warnings)).toBe(false);
  await warnings.settled();
  expect(await isSettledAtOnce(warnings)).toBe(true);
});

test("the end waits until the client has what it was told", async () => {
  const slow = unsettled();
  let isTold = false;
  const log = async (): Promise<void> => {
    await slow.promise;
    isTold = true;
  };
  const warnings = createWarnings({ client: { app: { log } }, hasToasts: true });
  warnings.warn("one");
  const settled = warnings.settled();
  expect(isTold).toBe(false);
  slow.resolve();
  await settled;
  expect(isTold).toBe(true);
});

test("a client that never answers is not waited for without end", async () => {
  const never = (): Promise<void> => new Promise(() => {});
  const client = { app: { log: never }, tui: { showToast: never } };
  const warnings = createWarnings({ client, hasToasts: true });
  warnings.beginShowing();
  warnings.warn("one");
  await expect(warnings.settled()).resolves.toBeUndefined();
});
