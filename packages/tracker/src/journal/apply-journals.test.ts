import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createMemoryStore, type Store } from "@x/registry-core";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { type EventBatch, eventTransaction } from "../events/event-transaction.ts";
import * as of from "../records/collections.ts";
import { applyJournals } from "./apply-journals.ts";
import { forgetPositions } from "./forget-positions.ts";
import { encodeLine } from "./journal-line.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

const OTHER = { machine: "other", boot: "b", namespace: "n", pid: 7, thread: undefined };

/** A folder of journals whose process cannot be seen from here, and a store in which they are applied. */
function unseen() {
  const folder = temporaryFolder();
  const store = createMemoryStore();
  const header = {
    journal: 1,
    stream: "box-1",
    startedAt: "",
    process: { ...OTHER, start: "1" },
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

/** A line that nobody can read stands in for the first event that is given as null. */
function writeJournal(folder: string, stream: string, numbers: readonly (number | null)[]): string {
  const process = { ...OTHER, start: "1" };
  const header = { journal: 1, stream, startedAt: "", process };
  const raw = { type: "score", agent: "build", at: START, score: { type: "tool" } };
  const lines = numbers.map((number) =>
    number === null ? "no line\n" : encodeLine({ type: "event", number, raw }),
  );
  const path = join(folder, `${stream}.1.jsonl`);
  fs.writeFileSync(path, encodeLine({ type: "header", header }) + lines.join(""));
  fs.utimesSync(path, START / 1000, START / 1000);
  return path;
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

test("what is missing in it is told, and waited for, for a week", async () => {
  const { write, apply, points } = unseen();
  write([1, 3], START);
  const waiting = (await apply(START + DAY)).failures;
  expect(waiting).toMatchObject([{ code: "TRACKER_JOURNAL_DAMAGED", stream: "box-1" }]);
  expect(waiting[0]?.message).toContain("waits for its process");
  expect(await points()).toBe(1);
  const { failures } = await apply(START + 8 * DAY);
  expect(failures).toMatchObject([{ code: "TRACKER_JOURNAL_DAMAGED", stream: "box-1" }]);
  expect(await points()).toBe(2);
});

test("what somebody else has applied and removed, or set aside, meanwhile is no failure", async () => {
  const folder = temporaryFolder();
  const store = createMemoryStore();
  const first = writeJournal(folder, "box-1", [1, null]);
  const second = writeJournal(folder, "box-2", [1]);
  const now = START + 8 * DAY;
  const seen: (string | undefined)[] = [];
  const { failures } = await applyJournals(folder, store, now, async (batch) => {
    seen.push(batch.stream);
    fs.renameSync(first, `${first}.broken-1`);
    fs.rmSync(second);
    return applyTo(store, batch, now);
  });
  expect([seen, failures]).toEqual([["box-1"], []]);
});

test("a file that has just been made, with nothing in it, holds up nothing", async () => {
  const { path, apply, write, points } = unseen();
  fs.writeFileSync(path, "");
  expect(await apply(Date.now())).toMatchObject({ entriesWritten: 0, failures: [] });
  expect(fs.existsSync(path)).toBe(true);
  write([1], START);
  expect((await apply(START)).failures).toEqual([]);
  expect(await points()).toBe(1);
});

test("what belongs together is applied together, whatever there is room for, or left out when its end is missing", async () => {
  const folder = temporaryFolder();
  const store = createMemoryStore();
  const raw = { type: "score", agent: "build", at: START, score: { type: "tool" } };
  const process = {
    machine: "x",
    boot: "b",
    namespace: "n",
    pid: 7,
    thread: undefined,
    start: "1",
  };
  const header = { journal: 1, stream: "box-1", startedAt: "", process };
  const more = [undefined, 2, 1, undefined, 1, undefined, 3, 2];
  const events = more.map((count, index) =>
    encodeLine({ type: "event", number: index + 1, raw, more: count }),
  );
  const path = join(folder, "box-1.1.jsonl");
  fs.writeFileSync(path, encodeLine({ type: "header", header }) + events.join(""));
  const batches: number[][] = [];
  const apply = (room: number, now: number) =>
    applyJournals(folder, store, now, async (batch) => {
      const numbers = batch.events.map(({ number }) => number);
      if (numbers.length > room)
        throw Object.assign(new Error("full"), { code: "LMDB_STORE_FULL" });
      batches.push(numbers);
      return applyTo(store, batch, now);
    });
  expect((await apply(2, START)).failures).toMatchObject([{ code: "LMDB_STORE_FULL" }]);
  expect((await apply(3, START)).failures).toEqual([]);
  expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
  // Nobody ends it any more: it is as if it had not been begun.
  fs.utimesSync(path, START / 1000, START / 1000);
  expect((await apply(9, START + 8 * DAY)).failures).toEqual([]);
  expect(fs.readdirSync(folder)).toEqual([]);
  expect((await store.get(of.agents.at("build")))?.experience_points).toBe(6);
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
