import { expect, test } from "vitest";

import { nodeRuntime } from "../../../test/run-typescript.ts";
import { type StoreTestOptions, testStore } from "../src/testing/index.ts";
import { CAUGHT_BY as CAUGHT_AT_ONCE } from "./broken-concurrent-stores.ts";
import { CAUGHT_BY as CAUGHT_WITH_PROCESSES } from "./broken-file-stores.ts";
import { CAUGHT_BY } from "./broken-stores.ts";

/** The titles of the suite's tests that fail, of those that are wanted. */
async function failuresOf(
  options: Pick<StoreTestOptions, "factory" | "supports">,
  isWanted: (title: string) => boolean = () => true,
): Promise<string[]> {
  const failures: string[] = [];
  const tests: [title: string, run: () => Promise<void>][] = [];
  testStore({
    ...options,
    execArgv: nodeRuntime.flags,
    test: (title, run) => tests.push([title, run]),
  });
  for (const [title, run] of tests.filter(([name]) => isWanted(name))) {
    await run().catch(() => failures.push(title));
  }
  return failures;
}

const inMemory = {
  module: new URL("broken-stores.ts", import.meta.url),
  supports: { durable: false, processes: false, sync: false },
};

test("the copy of the memory store passes as long as nothing is broken in it", async () => {
  const { module, supports } = inMemory;
  expect(await failuresOf({ factory: { module }, supports })).toEqual([]);
});

test.each(Object.entries(CAUGHT_BY))(
  "a store that %s fails the suite in the test for it",
  async (fault, title) => {
    const { module, supports } = inMemory;
    // What else it fails is no matter: only the test for it is run.
    const isWanted = (name: string): boolean => name === title;
    expect(await failuresOf({ factory: { module, args: [fault] }, supports }, isWanted)).toEqual([
      title,
    ]);
  },
);

const atOnce = {
  module: new URL("broken-concurrent-stores.ts", import.meta.url),
  supports: inMemory.supports,
};

test("the optimistic store passes as long as nothing is broken in it", async () => {
  const { module, supports } = atOnce;
  expect(await failuresOf({ factory: { module }, supports })).toEqual([]);
});

test.each(Object.entries(CAUGHT_AT_ONCE))(
  "a store that %s fails the suite where transactions are wanted at once, and only there",
  async (fault, titles) => {
    const { module, supports } = atOnce;
    expect(await failuresOf({ factory: { module, args: [fault] }, supports })).toEqual(titles);
  },
);

test("a store that forgets what it says is durable fails when it is opened again", async () => {
  const factory = { module: inMemory.module, args: ["says that it is durable"] };
  const supports = { ...inMemory.supports, durable: true };
  expect(await failuresOf({ factory, supports })).toEqual([
    "what was written is there when the place is opened again",
  ]);
});

test("a store whose faces do not know each other fails where both are used", async () => {
  const factory = { module: inMemory.module, args: ["has a store for each face"] };
  const supports = { ...inMemory.supports, sync: true };
  expect(await failuresOf({ factory, supports })).toContain(
    "what one face has written the other one reads next, also while transactions wait",
  );
});

const inFiles = {
  module: new URL("broken-file-stores.ts", import.meta.url),
  supports: { durable: false, processes: true, sync: false },
};
const everyTitle = Object.values(CAUGHT_WITH_PROCESSES).flat();

test("the store in files passes as long as nothing is broken in it", async () => {
  const { module, supports } = inFiles;
  const isWanted = (title: string): boolean => everyTitle.some((known) => known === title);
  expect(await failuresOf({ factory: { module }, supports }, isWanted)).toEqual([]);
});

test.each(Object.entries(CAUGHT_WITH_PROCESSES))(
  "a store that %s fails the suite with processes, and only there",
  async (fault, titles) => {
    const factory = { module: inFiles.module, args: [fault] };
    const { supports } = inFiles;
    const alone = await failuresOf({ factory, supports: { ...supports, processes: false } });
    expect(alone).toEqual(["the store supports what it should"]);
    const isWanted = (title: string): boolean => titles.some((known) => known === title);
    expect(await failuresOf({ factory, supports }, isWanted)).toEqual(titles);
  },
);
