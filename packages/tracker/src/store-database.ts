import type { Collection, Store } from "@x/registry-core";

import { addMissing } from "./add-missing.ts";
import type { AgentState, JournalFlush } from "./database.ts";
import { TrackerError } from "./errors.ts";
import {
  type AppliedBatch,
  type EventBatch,
  eventTransaction,
} from "./events/event-transaction.ts";
import { checkEvent, type TrackerEvent } from "./events/tracker-event.ts";
import type { Failure } from "./failure.ts";
import { isFullError } from "./full-error.ts";
import { applyJournals } from "./journal/apply-journals.ts";
import { assertPruneOptions, prune, type PruneOptions, type PruneResult } from "./prune.ts";
import { type ActivityEntry, decodeActivity } from "./records/activity.ts";
import { type AgentData, decodeAgent, encodeAgent } from "./records/agent.ts";
import * as of from "./records/collections.ts";
import { type CommitData, decodeCommit, encodeCommit } from "./records/commit.ts";
import {
  type CommunicationScoreEvent,
  decodeCommunication,
  encodeCommunication,
} from "./records/communication-event.ts";
import { entriesInPages } from "./records/entries-in-pages.ts";
import { listRecords } from "./records/list-records.ts";
import { matchingRecords } from "./records/matching-records.ts";
import { rememberRead } from "./records/read-states.ts";
import { agentKey, commitKey, eventsOf, isId } from "./records/record-key.ts";
import {
  decodeRetrospective,
  type RetrospectiveEntry,
  retrospectiveOf,
} from "./records/retrospective.ts";
import { decodeScorePoint, type ScorePoint } from "./records/score-history.ts";
import type { TrackerRecord } from "./records/tracker-record.ts";
import type { AddMissingResult, CommitFilter, TrackRecord } from "./track-record.ts";

const DEFAULT_LIMIT = 100;

/** Records of agents in a store, whatever its engine. */
export abstract class StoreDatabase implements TrackRecord {
  #isFull = false;

  abstract readonly isAvailable: boolean;
  /** Undefined: it cannot be used. */
  protected abstract store(): Promise<Store | undefined>;
  abstract close(): Promise<void>;

  /** Why it cannot be used, where that is known. */
  protected reasonUnavailable(): unknown {
    return undefined;
  }

  /** Hears when agents may have changed; gives what went wrong with that. */
  protected async agentsChanged(_store: Store): Promise<Failure | undefined> {
    return undefined;
  }

  protected now(): number {
    return Date.now();
  }

  readonly appliesEvents: boolean = true;

  get isFull(): boolean {
    return this.#isFull;
  }

  async putAgent(agentId: string, data: AgentData): Promise<boolean> {
    const record = encodeAgent({ ...data, id: agentId });
    return this.#put({ type: "agent", agent: agentId, record });
  }

  async getAgent(agentId: string): Promise<AgentData | null> {
    if (!isId(agentId)) return null;
    const key = agentKey(agentId);
    const stored = await this.#read(undefined, (store) => store.get(of.agents.at(key)));
    return stored === undefined ? null : rememberRead(decodeAgent(stored));
  }

  async putCommit(projectPath: string, commitHash: string, data: CommitData): Promise<boolean> {
    const commit = { project: projectPath, hash: commitHash };
    return this.#put({ type: "commit", commit, record: encodeCommit(data) });
  }

  async getCommit(projectPath: string, commitHash: string): Promise<CommitData | null> {
    if (!isId(commitHash) || !projectPath.isWellFormed()) return null;
    const key = commitKey(projectPath, commitHash);
    const stored = await this.#read(undefined, (store) => store.get(of.commits.at(key)));
    return stored === undefined ? null : decodeCommit(stored);
  }

  async putCommunicationEvent(event: CommunicationScoreEvent): Promise<boolean> {
    const record = encodeCommunication(event);
    return this.#put({ type: "communication", agent: event.agent_id, record });
  }

  async getCommunicationEvents(
    agentId: string,
    limit = DEFAULT_LIMIT,
  ): Promise<CommunicationScoreEvent[]> {
    return (await this.#last(of.communication, agentId, limit)).map(decodeCommunication);
  }

  async putRetrospective(
    agentId: string,
    commitHash: string,
    entry: RetrospectiveEntry,
  ): Promise<boolean> {
    const record = retrospectiveOf(agentId, commitHash, entry);
    return this.#put({ type: "retrospective", agent: agentId, record });
  }

  async getRetrospectives(agentId: string, limit = DEFAULT_LIMIT): Promise<RetrospectiveEntry[]> {
    return (await this.#last(of.retrospectives, agentId, limit)).map(decodeRetrospective);
  }

  async putActivity(agentId: string, entry: ActivityEntry): Promise<boolean> {
    const record = { ...entry, agent_id: agentId };
    return this.#put({ type: "activity", agent: agentId, record });
  }

  async getActivities(agentId: string, limit = DEFAULT_LIMIT): Promise<ActivityEntry[]> {
    return (await this.#last(of.activities, agentId, limit)).map(decodeActivity);
  }

  async applyEvents(batch: EventBatch): Promise<AppliedBatch> {
    const store = await this.required(this.store());
    const result = await this.#apply(store, batch);
    await this.agentsChanged(store);
    return result;
  }

  getAgentState(agentId: string, stream: string): Promise<AgentState> {
    const nothing = { agent: null, applied: 0 };
    return this.#read<AgentState>(nothing, (store) =>
      store.transact(
        [of.agents.at(agentKey(agentId)), of.streams.at(stream)],
        ([agent, position]) => {
          const state = {
            agent: agent === undefined ? null : decodeAgent(agent),
            applied: position?.applied ?? 0,
          };
          return { changes: [], result: state };
        },
      ),
    );
  }

  getApplied(stream: string): Promise<number> {
    return this.#read(0, async (store) => (await store.get(of.streams.at(stream)))?.applied ?? 0);
  }

  async applyJournals(folder: string): Promise<JournalFlush> {
    const store = await this.required(this.store());
    const flushed = await applyJournals(folder, store, this.now(), (batch) =>
      this.#apply(store, batch),
    );
    const failure = await this.agentsChanged(store);
    const failures = failure === undefined ? flushed.failures : [...flushed.failures, failure];
    return { ...flushed, failures };
  }

  listAgents(): Promise<AgentData[]> {
    return this.#read<AgentData[]>([], async (store) => {
      const found: AgentData[] = [];
      for await (const [, agent] of entriesInPages(store, of.agents)) {
        found.push(rememberRead(decodeAgent(agent)));
      }
      return found;
    });
  }

  listCommits(filter: CommitFilter = {}): Promise<CommitData[]> {
    return this.#read<CommitData[]>([], async (store) =>
      (await matchingRecords(store, of.commits, filter)).map(decodeCommit),
    );
  }

  listCommunicationEvents(filter: CommitFilter = {}): Promise<CommunicationScoreEvent[]> {
    return this.#read<CommunicationScoreEvent[]>([], async (store) =>
      (await matchingRecords(store, of.communication, filter)).map(decodeCommunication),
    );
  }

  async getScoreHistory(agentId: string, limit = DEFAULT_LIMIT): Promise<ScorePoint[]> {
    return (await this.#last(of.scores, agentId, limit)).map(decodeScorePoint);
  }

  async *records(): AsyncGenerator<TrackerRecord> {
    yield* listRecords(await this.required(this.store()));
  }

  async addMissing(
    records: AsyncIterable<TrackerRecord> | Iterable<TrackerRecord>,
    onProgress?: (progress: AddMissingResult) => void,
  ): Promise<AddMissingResult> {
    const store = await this.required(this.store());
    try {
      return await addMissing(store, records, onProgress);
    } finally {
      // Also when some were added, and the next ones were not.
      await this.agentsChanged(store);
    }
  }

  async prune(options: PruneOptions): Promise<PruneResult> {
    assertPruneOptions(options);
    const store = await this.required(this.store());
    const result = await prune(store, options);
    this.#isFull = false;
    await this.agentsChanged(store);
    return result;
  }

  async #put(event: TrackerEvent): Promise<boolean> {
    const checked = checkEvent(event);
    const store = await this.store();
    if (store === undefined) return false;
    await this.#apply(store, { stream: undefined, events: [{ number: 1, event: checked }] });
    return true;
  }

  async #apply(store: Store, batch: EventBatch): Promise<AppliedBatch> {
    const { reads, decide } = eventTransaction(batch, this.now());
    try {
      const result = await store.transact(reads, decide);
      this.#isFull = false;
      return result;
    } catch (error) {
      if (isFullError(error)) this.#isFull = true;
      throw error;
    }
  }

  async #last<V>(from: Collection<V>, agentId: string, limit: number): Promise<V[]> {
    if (!isId(agentId) || !(limit >= 1)) return [];
    const range = { ...eventsOf(agentId), reverse: true, limit: Math.floor(limit) };
    const found = await this.#read<[string, V][]>([], (store) => store.entries(from, range));
    return found.toReversed().map(([, value]) => value);
  }

  async #read<R>(nothing: R, read: (store: Store) => Promise<R>): Promise<R> {
    const store = await this.store();
    return store === undefined ? nothing : read(store);
  }

  /** The store; throws `TrackerError` (`TRACKER_UNAVAILABLE`), with the fault as its cause, where there is none. */
  protected async required<S extends Store>(opening: Promise<S | undefined>): Promise<S> {
    const store = await opening;
    if (store !== undefined) return store;
    const fault = this.reasonUnavailable();
    const why = fault instanceof Error ? `: ${fault.message}` : "";
    const reason = `the database of agents cannot be used${why}`;
    throw new TrackerError("TRACKER_UNAVAILABLE", reason, fault);
  }
}
