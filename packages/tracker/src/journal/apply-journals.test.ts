import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createMemoryStore, type Store } from "@x/registry-core";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import * as of from "../collections.ts";
import { type EventBatch, eventTransaction } from "../event-transaction.ts";
import { applyJournals } from "./apply-journals.ts";
import { forgetPositions } from "./forget-positions.ts";
import { encodeLine } from "./journal-line.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** A folder of journals whose process cannot be seen from here, and a store in which they are applied. */
function unseen() {
  const folder = temporaryFolder();
  const store = createMemoryStore();
  const header = {
    journal: 1,
    stream: "box-1",
    startedAt: "",
    process: { machine: "other", boot: "b", namespace: "n", pid: 7, thread: undefined, start: "1" },
  };
  const path = join(folder, "box-1.1.jsonl");
  const write = (numbers: readonly number[], at: number): void => {
    const events = numbers.map((number) => {
      const raw = { type: "score", agent: "build", at, score: { type: "tool" } };
      return encodeLine({ type: "event", number, raw });
    });
    fs.writeFileSync(path, encodeLine({ type: "header", header }) + events.join(""));
    fs.utimesSync(path, at / 1000, at / 1000);
  };
  const apply = (now: number) =>
    applyJournals(folder, store, now, (batch) => applyTo(store, batch, now));
  const points = async (): Promise<number> =>
    (await store.get(of.agents.at("build")))?.experience_points ?? 0;
  return { path, store, write, apply, points };
}

function applyTo(store: Store, batch: EventBatch, now: number) {
  const { reads, decide } = eventTransaction(batch, now);
  return store.transact(reads, decide);
}

test("the journal of a process that cannot be seen is applied at once, and removed after a week of silence", async () => {
  const { path, write, apply, points } = unseen();
  write([1, 2], START);
  expect(await apply(START + 6 * DAY)).toMatchObject({ entriesWritten: 1, failures: [] });
  expect(await points()).toBe(2);
  expect(fs.existsSync(path)).toBe(true);
  expect((await apply(START + 8 * DAY)).failures).toEqual([]);
  expect(fs.existsSync(path)).toBe(false);
  expect(await points()).toBe(2);
});

test("what is missing in it is waited for, for a week, and then told", async () => {
  const { write, apply, points } = unseen();
  write([1, 3], START);
  expect((await apply(START + DAY)).failures).toEqual([]);
  expect(await points()).toBe(1);
  const { failures } = await apply(START + 8 * DAY);
  expect(failures).toMatchObject([{ code: "TRACKER_JOURNAL_DAMAGED", stream: "box-1" }]);
  expect(await points()).toBe(2);
});

test("how far a stream was applied is known for 30 days after its files are gone, and as long as they are there", async () => {
  const { path, store, write, apply, points } = unseen();
  write([1, 2], START);
  await apply(START);
  await apply(START + 29 * DAY);
  expect(fs.existsSync(path)).toBe(false);
  write([1, 2], START + 29 * DAY);
  await apply(START + 29.5 * DAY);
  expect(await points()).toBe(2);
  // While its file is there, its position stays, however old it is.
  await apply(START + 35 * DAY);
  expect(await points()).toBe(2);
  fs.rmSync(path);
  await apply(START + 61 * DAY);
  expect(await store.get(of.streams.at("box-1"))).toBeUndefined();
});

test("a position that is renewed while the old ones are looked for stays", async () => {
  const { path, store, write, apply, points } = unseen();
  write([1, 2], START);
  await apply(START);
  fs.rmSync(path);
  const later = START + 40 * DAY;
  // Between the look and the removal somebody applies more of the stream.
  const racing: Store = {
    ...store,
    entries: async (collection, range) => {
      const found = await store.entries(collection, range);
      if (collection.name === "streams") {
        const event = { type: "score", agent: "build", at: 0, score: { type: "tool" } } as const;
        await applyTo(store, { stream: "box-1", events: [{ number: 3, event }] }, later);
      }
      return found;
    },
  };
  await forgetPositions(racing, later, new Map());
  expect(await points()).toBe(3);
  expect(await store.get(of.streams.at("box-1"))).toMatchObject({ applied: 3 });
});
