import type { Address, Change, Decision } from "@x/registry-core";

import * as of from "../records/collections.ts";
import { agentKey, commitKey, eventKeys, scoreKey } from "../records/record-key.ts";
import { hourOf, scorePointOf } from "../records/score-history.ts";
import { millisecondsOf } from "../records/stored.ts";
import {
  type Applied,
  applyEvents,
  type EventRecord,
  isAgentEvent,
  isEventRecord,
} from "./apply-events.ts";
import type { NumberedEvent, TrackerEvent } from "./tracker-event.ts";

/** Events that are applied together. */
export interface EventBatch {
  /** Whose events they are: of each number of a stream, one is applied, once. Undefined: they are applied anyway. */
  readonly stream: string | undefined;
  /** In the order of their numbers. */
  readonly events: readonly NumberedEvent[];
}

/** What a batch of events came to. */
export interface AppliedBatch {
  /** Of agents, commits and events. */
  readonly entriesWritten: number;
  /** The number of the last event of the stream that is in the database now. */
  readonly applied: number;
}

export interface EventTransaction {
  readonly reads: readonly Address<unknown>[];
  readonly decide: (values: readonly unknown[]) => Decision<AppliedBatch>;
}

/**
 * One transaction of all the events. Exactly once: the number of the last one is stored with what they
 * come to, and those up to it are left out when they come again.
 */
export function eventTransaction(batch: EventBatch, now: number): EventTransaction {
  const reads = new Reads();
  const all = batch.events.map(({ event }) => event);
  const { stream } = batch;
  const streamRecord = stream === undefined ? undefined : reads.add(of.streams.at(stream));
  const revision = reads.add(of.revisions.at(of.REVISION));
  const agents = readEach(reads, agentKeysOf(all.filter(isAgentEvent)), (key) => of.agents.at(key));
  const commits = readEach(reads, all.flatMap(countedCommits), (key) => of.commits.at(key));
  const sequences = readEach(reads, agentKeysOf(all.filter(isEventRecord)), (key) =>
    of.sequences.at(key),
  );
  return {
    reads: reads.addresses,
    decide(values) {
      const before = streamRecord?.(values)?.applied ?? 0;
      const fresh = batch.events.filter(
        ({ number }) => streamRecord === undefined || number > before,
      );
      const last = fresh.at(-1)?.number;
      if (last === undefined)
        return { changes: [], result: { entriesWritten: 0, applied: before } };
      const applied = applyEvents(
        fresh.map(({ event }) => event),
        {
          agentOf: (key) => agents.get(key)?.(values),
          isCommitted: (key) => commits.get(key)?.(values) !== undefined,
        },
      );
      const recorded = recordChanges(applied.records, (key) => sequences.get(key)?.(values) ?? 0);
      const changes = [
        ...agentChanges(applied, now),
        ...[...applied.commits].map(([key, commit]) => of.commits.put(key, commit)),
        ...recorded,
      ];
      changes.push(of.revisions.put(of.REVISION, (revision(values) ?? 0) + 1));
      if (stream !== undefined) {
        changes.push(of.streams.put(stream, { applied: last, at: new Date(now).toISOString() }));
      }
      const entriesWritten = applied.agents.size + applied.commits.size + applied.records.length;
      return { changes, result: { entriesWritten, applied: Math.max(before, last) } };
    },
  };
}

/** The records, each behind the last one of its agent. */
function recordChanges(
  records: readonly EventRecord[],
  lastOf: (agentKey: string) => number,
): Change[] {
  const agents = new Map<
    string,
    { key: string; last: number; keyOf: ReturnType<typeof eventKeys> }
  >();
  const changes = records.map((event) => {
    const known = agents.get(event.agent);
    const key = known?.key ?? agentKey(event.agent);
    const agent = known ?? { key, last: lastOf(key), keyOf: eventKeys(event.agent) };
    agents.set(event.agent, agent);
    agent.last += 1;
    return recordChange(event, agent.keyOf(millisecondsOf(event.record.timestamp), agent.last));
  });
  return [...changes, ...[...agents.values()].map(({ key, last }) => of.sequences.put(key, last))];
}

export function recordChange(event: EventRecord, key: string): Change {
  switch (event.type) {
    case "communication":
      return of.communication.put(key, event.record);
    case "retrospective":
      return of.retrospectives.put(key, event.record);
    case "activity":
      return of.activities.put(key, event.record);
  }
}

function agentChanges({ agents }: Applied, now: number): Change[] {
  return [...agents].flatMap(([key, agent]) => [
    of.agents.put(key, agent),
    of.scores.put(scoreKey(agent.id, hourOf(now)), scorePointOf(agent, now)),
  ]);
}

function agentKeysOf(events: readonly { readonly agent: string }[]): string[] {
  return [...new Set(events.map(({ agent }) => agent))].map(agentKey);
}

function countedCommits(event: TrackerEvent): string[] {
  if (event.type !== "score" || event.commit === undefined) return [];
  return [commitKey(event.commit.project, event.commit.hash)];
}

/** Takes one value out of those that were read. */
type Read<V> = (values: readonly unknown[]) => V | undefined;

/** What a transaction reads, put together step by step. */
class Reads {
  readonly addresses: Address<unknown>[] = [];

  add<V>(address: Address<V>): Read<V> {
    const index = this.addresses.push(address) - 1;
    // The address in this place has parsed it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (values) => values[index] as V | undefined;
  }
}

function readEach<V>(
  reads: Reads,
  keys: readonly string[],
  at: (key: string) => Address<V>,
): ReadonlyMap<string, Read<V>> {
  return new Map([...new Set(keys)].map((key) => [key, reads.add(at(key))]));
}
