import { createHash } from "node:crypto";

import type { Address, Change, Collection, Store } from "@x/registry-core";

import { recordChange } from "./events/event-transaction.ts";
import * as of from "./records/collections.ts";
import { agentKey, commitKey, eventKey, eventsAt, scoreKey } from "./records/record-key.ts";
import { hourOf } from "./records/score-history.ts";
import { millisecondsOf } from "./records/stored.ts";
import { parseTrackerRecord, type TrackerRecord } from "./records/tracker-record.ts";
import type { AddMissingResult } from "./track-record.ts";

// Of one transaction: some hundred kilobytes.
const BATCH = 250;

/** A record with its place in the database. */
interface Placed {
  readonly address: Address<unknown>;
  readonly change: Change;
}

/** Puts the records that are not there. Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for one that is none. */
export async function addMissing(
  store: Store,
  records: AsyncIterable<TrackerRecord> | Iterable<TrackerRecord>,
  onProgress: (progress: AddMissingResult) => void = () => undefined,
): Promise<AddMissingResult> {
  const moments = new Moments();
  const counts = { added: 0, skipped: 0 };
  let batch: TrackerRecord[] = [];
  const flush = async (): Promise<void> => {
    const wanted: Placed[] = [];
    for (const record of batch) {
      const place = await placeOf(store, record, moments);
      if (place !== undefined) wanted.push(place);
    }
    const added = await putAbsent(store, wanted);
    counts.added += added;
    counts.skipped += batch.length - added;
    batch = [];
    onProgress({ ...counts });
  };
  for await (const record of records) {
    batch.push(parseTrackerRecord(record));
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return counts;
}

function putAbsent(store: Store, wanted: readonly Placed[]): Promise<number> {
  // Of two for one place, the first one is put.
  const byKey = new Map(
    wanted.toReversed().map((one) => [`${one.address.collection}\0${one.address.key}`, one]),
  );
  const unique = [...byKey.values()];
  return store.transact(
    unique.map(({ address }) => address),
    (values) => {
      const changes = unique.flatMap(({ change }, index) =>
        values[index] === undefined ? [change] : [],
      );
      return { changes, result: changes.length };
    },
  );
}

/** Undefined: it is there. */
async function placeOf(
  store: Store,
  one: TrackerRecord,
  moments: Moments,
): Promise<Placed | undefined> {
  switch (one.type) {
    case "agent":
      return placed(of.agents, agentKey(one.record.id), one.record);
    case "commit": {
      const { project_path, commit_hash } = one.record;
      return placed(of.commits, commitKey(project_path, commit_hash), one.record);
    }
    case "score": {
      const hour = hourOf(millisecondsOf(one.record.timestamp));
      return placed(of.scores, scoreKey(one.record.agent_id, hour), one.record);
    }
    case "communication":
      return placeOfEvent(store, of.communication, one, moments);
    case "retrospective":
      return placeOfEvent(store, of.retrospectives, one, moments);
    case "activity":
      return placeOfEvent(store, of.activities, one, moments);
  }
}

function placed<V>(into: Collection<V>, key: string, record: V): Placed {
  return { address: into.at(key), change: into.put(key, record) };
}

type EventLike = Extract<TrackerRecord, { type: "communication" | "retrospective" | "activity" }>;

/**
 * Events have no name of their own. The same one twice within a millisecond is two events: as many are to be
 * there as were in the source, whoever has put them.
 */
async function placeOfEvent<V>(
  store: Store,
  into: Collection<V>,
  one: EventLike,
  moments: Moments,
): Promise<Placed | undefined> {
  const { agent_id: agent, timestamp } = one.record;
  const milliseconds = millisecondsOf(timestamp);
  const moment = await moments.at(`${into.name}\0${milliseconds}\0${agent}`, async () => {
    const range = { ...eventsAt(agent, milliseconds), limit: Infinity };
    return (await store.entries(into, range)).map(([, record]) => digestOf(record));
  });
  const digest = digestOf(one.record);
  const wanted = (moment.met.get(digest) ?? 0) + 1;
  moment.met.set(digest, wanted);
  // In the order of the source.
  const name = `${String(moment.count).padStart(6, "0")}-${digest}-${wanted}`;
  moment.count += 1;
  if ((moment.there.get(digest) ?? 0) >= wanted) return undefined;
  const key = eventKey(agent, milliseconds, name);
  return { address: into.at(key), change: recordChange({ ...one, agent }, key) };
}

/** The events of one agent and millisecond, by their digests: how many were there, and how many were met by now. */
interface Moment {
  readonly there: ReadonlyMap<string, number>;
  readonly met: Map<string, number>;
  /** Of all that were met. */
  count: number;
}

/** Remembers one moment: sources are in the order of time. */
class Moments {
  #name = "";
  #moment: Moment = { there: new Map(), met: new Map(), count: 0 };

  async at(name: string, digestsOf: () => Promise<readonly string[]>): Promise<Moment> {
    if (name !== this.#name) {
      this.#moment = { there: countEach(await digestsOf()), met: new Map(), count: 0 };
      this.#name = name;
    }
    return this.#moment;
  }
}

function countEach(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** The same for records that say the same, in whatever order of their fields. */
function digestOf(record: unknown): string {
  const text = JSON.stringify(record, (_, value: unknown) => sorted(value));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
