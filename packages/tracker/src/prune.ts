import type { Collection, Store } from "@x/registry-core";

import { isFullError } from "./full-error.ts";
import * as of from "./records/collections.ts";
import { entriesInPages } from "./records/entries-in-pages.ts";
import { eventsBefore, eventsOf } from "./records/record-key.ts";
import { millisecondsOf } from "./records/stored.ts";
import type { TrackerRecord } from "./records/tracker-record.ts";

/** What is old, and who keeps it. */
export interface PruneOptions {
  /** What is older goes. Anything but a Date is a TypeError, one without a time a RangeError; nothing is archived then. */
  readonly before: Date;
  /** Gets each batch before it is removed; what it throws ends the pruning there. */
  readonly archive?: ((records: readonly TrackerRecord[]) => void | Promise<void>) | undefined;
}

/** How many were removed. */
export interface PruneResult {
  commits: number;
  communication: number;
  retrospectives: number;
  activities: number;
}

// Of one transaction. A database that is full takes fewer.
const BATCH = 500;

interface Timed {
  readonly timestamp: string;
}

/** A record that is to be removed. */
interface Old {
  readonly key: string;
  readonly record: TrackerRecord;
}

/** Throws before anything is archived: a TypeError, or for a Date without a time a RangeError. */
export function assertPruneOptions({ before, archive }: PruneOptions): void {
  if (!(before instanceof Date)) throw new TypeError("`before` is no Date");
  if (Number.isNaN(before.getTime())) throw new RangeError("`before` is a Date without a time");
  if (archive !== undefined && typeof archive !== "function") {
    throw new TypeError("`archive` is no function");
  }
}

/** Removes commits and events older than a time. Atomic a batch; interrupted and repeated, the rest goes. */
export async function prune(store: Store, options: PruneOptions): Promise<PruneResult> {
  const before = millisecondsOf(options.before);
  const remove = <V extends Timed>(from: Collection<V>, old: AsyncIterable<Old>): Promise<number> =>
    removeInBatches(store, from, old, options);
  return {
    commits: await remove(of.commits, oldCommits(store, before)),
    communication: await remove(
      of.communication,
      oldEvents(store, of.communication, before, (record) => ({ type: "communication", record })),
    ),
    retrospectives: await remove(
      of.retrospectives,
      oldEvents(store, of.retrospectives, before, (record) => ({ type: "retrospective", record })),
    ),
    activities: await remove(
      of.activities,
      oldEvents(store, of.activities, before, (record) => ({ type: "activity", record })),
    ),
  };
}

async function* oldCommits(store: Store, before: number): AsyncGenerator<Old> {
  for await (const [key, record] of entriesInPages(store, of.commits)) {
    if (Date.parse(record.timestamp) < before) yield { key, record: { type: "commit", record } };
  }
}

/** Agent by agent: what is younger is not read. */
async function* oldEvents<V extends { agent_id: string }>(
  store: Store,
  from: Collection<V>,
  before: number,
  recordOf: (value: V) => TrackerRecord,
): AsyncGenerator<Old> {
  let gte = "";
  for (;;) {
    const [next] = await store.entries(from, { gte, limit: 1 });
    if (next === undefined) return;
    const agent = next[1].agent_id;
    for await (const [key, value] of entriesInPages(store, from, eventsBefore(agent, before))) {
      yield { key, record: recordOf(value) };
    }
    gte = eventsOf(agent).lt;
  }
}

async function removeInBatches<V extends Timed>(
  store: Store,
  from: Collection<V>,
  old: AsyncIterable<Old>,
  { before, archive }: PruneOptions,
): Promise<number> {
  let removed = 0;
  let batch: Old[] = [];
  const flush = async (): Promise<void> => {
    await archive?.(batch.map(({ record }) => record));
    removed += await removeAll(
      store,
      from,
      batch.map(({ key }) => key),
      before.getTime(),
    );
    batch = [];
  };
  for await (const one of old) {
    batch.push(one);
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return removed;
}

/** In as few transactions as there is room for. Gives how many were still there, and old. */
async function removeAll<V extends Timed>(
  store: Store,
  from: Collection<V>,
  keys: readonly string[],
  before: number,
): Promise<number> {
  // One that was put again meanwhile is not the one that was archived.
  const isOld = (record: Timed | undefined): boolean =>
    record !== undefined && Date.parse(record.timestamp) < before;
  try {
    return await store.transact(
      keys.map((key) => from.at(key)),
      (values) => {
        const old = keys.filter((_, index) => isOld(values[index]));
        return { changes: old.map((key) => from.delete(key)), result: old.length };
      },
    );
  } catch (error) {
    if (!isFullError(error) || keys.length === 1) throw error;
    const half = Math.ceil(keys.length / 2);
    const first = await removeAll(store, from, keys.slice(0, half), before);
    return first + (await removeAll(store, from, keys.slice(half), before));
  }
}
