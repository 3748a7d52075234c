import { randomBytes } from "node:crypto";

import type { ActivityEntry } from "./activity.ts";
import { changeOf } from "./agent-change.ts";
import { type AgentData, type AgentIdentity, decodeAgent, encodeAgent } from "./agent.ts";
import { applyEvents } from "./apply-events.ts";
import { type CommitData, encodeCommit } from "./commit.ts";
import { type CommunicationScoreEvent, encodeCommunication } from "./communication-event.ts";
import { type Database, type Failure, type FlushResult, isEventDatabase } from "./database.ts";
import { flushByPuts } from "./flush-by-puts.ts";
import { failureOf } from "./journal/apply-journals.ts";
import type { Journal } from "./journal/journal.ts";
import { readStateOf, rememberRead } from "./read-states.ts";
import { agentKey } from "./record-key.ts";
import type { RetrospectiveEntry } from "./retrospective.ts";
import type { ScoreEvent } from "./score.ts";
import {
  checkEvent,
  type CommitName,
  type NumberedEvent,
  recordNameOf,
  type TrackerEvent,
} from "./tracker-event.ts";

export interface WriteBufferOptions {
  /** Where what is buffered survives `kill -9`. Without one, it is in memory only. */
  readonly journal?: Journal | undefined;
}

/** What else is known when a score changes. */
export interface ScoreFacts {
  /** Default: now. */
  readonly at?: Date | undefined;
  readonly identity?: Partial<AgentIdentity> | undefined;
  /** The event counts once for this commit. */
  readonly commit?: CommitName | undefined;
}

/**
 * What happened, until it is flushed: no call here touches a database. Numbers of agents are kept as what was
 * added to them, so that several processes never lose each other's points.
 *
 * All calls that buffer throw `TrackerError` (`TRACKER_RECORD_INVALID`) for what no database would take.
 */
export class WriteBuffer {
  readonly #journal: Journal | undefined;
  readonly #stream: string;
  #pending: NumberedEvent[] = [];
  #lastNumber = 0;
  #flushing: Promise<unknown> = Promise.resolve();

  constructor({ journal }: WriteBufferOptions = {}) {
    this.#journal = journal;
    this.#stream = journal?.stream ?? `m-${randomBytes(8).toString("hex")}`;
  }

  /** How many records a flush would write: changes of one agent are one, and so are those of one commit. */
  get size(): number {
    const names = this.#pending.map(({ event, number }) => recordNameOf(event) ?? number);
    return new Set(names).size;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /**
   * What was made of an agent's record. Of one that was read from a database of this package (or a copy of it,
   * such as `{ ...agent, total_bugs: 1 }`) the difference of its numbers counts, and those fields that are
   * different; one that nobody has read is stored as it is. What the record says can be buffered again and again.
   */
  bufferAgent(agentId: string, data: AgentData): void {
    const record = encodeAgent({ ...data, id: agentId });
    const before = readStateOf(data);
    if (before === undefined || before.id !== agentId) {
      this.#add({ type: "agent", agent: agentId, record });
    } else {
      this.#add({ type: "change", agent: agentId, change: changeOf(before, record) });
    }
    // The next time, what was made of it since then counts.
    rememberRead({ ...data, id: agentId });
  }

  bufferCommit(projectPath: string, commitHash: string, data: CommitData): void {
    const commit = { project: projectPath, hash: commitHash };
    this.#add({ type: "commit", commit, record: encodeCommit(data) });
  }

  bufferCommunicationEvent(event: CommunicationScoreEvent): void {
    const record = encodeCommunication(event);
    this.#add({ type: "communication", agent: event.agent_id, record });
  }

  bufferRetrospective(agentId: string, commitHash: string, entry: RetrospectiveEntry): void {
    const record = { ...entry, commit: entry.commit || commitHash, agent_id: agentId };
    this.#add({ type: "retrospective", agent: agentId, record });
  }

  bufferActivity(agentId: string, entry: ActivityEntry): void {
    this.#add({ type: "activity", agent: agentId, record: { ...entry, agent_id: agentId } });
  }

  /** Something that changes an agent's score; an agent nobody knows is made by it. */
  bufferScore(agentId: string, score: ScoreEvent, { at, ...facts }: ScoreFacts = {}): void {
    this.#add({ type: "score", agent: agentId, at: (at ?? new Date()).getTime(), score, ...facts });
  }

  /** The agent is there, and this is what it is called. */
  bufferSeen(agentId: string, { at, identity }: Omit<ScoreFacts, "commit"> = {}): void {
    this.#add({ type: "seen", agent: agentId, at: (at ?? new Date()).getTime(), identity });
  }

  /** The agent as it will be when everything is flushed; null when nobody knows it. */
  async readAgent(database: Database, agentId: string): Promise<AgentData | null> {
    const key = agentKey(agentId);
    const { agent, applied } = isEventDatabase(database)
      ? await database.getAgentState(agentId, this.#stream)
      : { agent: await database.getAgent(agentId), applied: 0 };
    const events = this.#pending
      .filter(({ number }) => number > applied)
      .map(({ event }) => event)
      .filter((event) => "agent" in event && agentKey(event.agent) === key);
    const stored = agent === null ? undefined : encodeAgent(agent);
    const next = applyEvents(events, {
      agentOf: () => stored,
      isCommitted: () => false,
    }).agents.get(key);
    return next === undefined ? agent : decodeAgent(next);
  }

  /**
   * Puts everything into the database, all of it or nothing, each event once however often it is tried. What is
   * buffered meanwhile waits for the next flush. Never throws: what did not get there stays, and `errors` says why.
   *
   * With a journal, the journals of other processes are applied too. A database of another package gets one
   * put after the other; there, each entry stays until its put gave true.
   */
  flush(database: Database): Promise<FlushResult> {
    const flushed = this.#flushing.then(() => this.#flush(database));
    this.#flushing = flushed;
    return flushed;
  }

  /** Forgets what is not flushed, in the journal too. */
  clear(): void {
    if (this.#pending.length > 0) this.#journal?.clear(this.#lastNumber);
    this.#pending = [];
  }

  /** To be called by who is done with it: the journal gets its end, when all of it is in its files. */
  close(): void {
    this.#journal?.close();
  }

  #add(event: TrackerEvent): void {
    const numbered = { number: this.#lastNumber + 1, event: checkEvent(event) };
    this.#lastNumber = numbered.number;
    this.#pending.push(numbered);
    this.#journal?.append(numbered);
  }

  async #flush(database: Database): Promise<FlushResult> {
    try {
      if (!isEventDatabase(database)) return await this.#flushByPuts(database);
      if (this.#journal === undefined) {
        if (this.#pending.length === 0) return { entriesWritten: 0, errors: [] };
        const batch = { stream: this.#stream, events: [...this.#pending] };
        const { entriesWritten, applied } = await database.applyEvents(batch);
        this.#forget(applied);
        return { entriesWritten, errors: [] };
      }
      this.#journal.ensure(this.#pending);
      await this.#journal.sync();
      const { entriesWritten, applied, failures } = await database.applyJournals(
        this.#journal.folder,
      );
      this.#forget(applied.get(this.#stream) ?? 0);
      return { entriesWritten, errors: failures.map(textOf) };
    } catch (error) {
      return { entriesWritten: 0, errors: [textOf(failureOf(error))] };
    }
  }

  async #flushByPuts(database: Database): Promise<FlushResult> {
    const { entriesWritten, kept, errors } = await flushByPuts(database, [...this.#pending]);
    const waiting = new Set(kept);
    const last = this.#pending.at(-1)?.number ?? 0;
    this.#pending = this.#pending.filter((one) => one.number > last || waiting.has(one));
    return { entriesWritten, errors };
  }

  #forget(applied: number): void {
    this.#pending = this.#pending.filter(({ number }) => number > applied);
  }
}

function textOf({ code, message }: Failure): string {
  return `${code}: ${message}`;
}
