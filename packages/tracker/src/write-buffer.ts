import { type Database, type FlushResult, isEventDatabase } from "./database.ts";
import { applyEvents, isAgentEvent } from "./events/apply-events.ts";
import { newMemoryStream } from "./events/memory-stream.ts";
import {
  checkEvent,
  type CommitName,
  type NumberedEvent,
  recordNameOf,
  type TrackerEvent,
} from "./events/tracker-event.ts";
import { failureOf, failureText } from "./failure.ts";
import { flushByPuts } from "./flush/flush-by-puts.ts";
import { flushJournal } from "./flush/flush-journal.ts";
import type { Journal } from "./journal/journal.ts";
import type { ActivityEntry } from "./records/activity.ts";
import { changeOf } from "./records/agent-change.ts";
import {
  type AgentData,
  type AgentIdentity,
  decodeAgent,
  encodeAgent,
  type StoredAgent,
} from "./records/agent.ts";
import { type CommitData, encodeCommit } from "./records/commit.ts";
import { committedIn } from "./records/committed-in.ts";
import {
  type CommunicationScoreEvent,
  encodeCommunication,
} from "./records/communication-event.ts";
import { readStateOf, rememberRead, setReadState } from "./records/read-states.ts";
import { agentKey } from "./records/record-key.ts";
import { type RetrospectiveEntry, retrospectiveOf } from "./records/retrospective.ts";
import type { ScoreEvent } from "./score.ts";

/** Where what is buffered is kept besides memory. */
export interface WriteBufferOptions {
  /** Where what is buffered survives `kill -9`; of this buffer alone. Without one, it is in memory only. */
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

/** What a record was before something was made of it. */
interface FormerState {
  readonly data: AgentData;
  readonly state: StoredAgent | undefined;
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
  /** Applied, and maybe not in the copy yet by which a host sees its database. */
  #unseen: NumberedEvent[] = [];
  #lastNumber = 0;
  /** By the number of the event that changed it. */
  readonly #formerStates = new Map<number, FormerState>();
  /** What is buffered together. */
  #together: TrackerEvent[] | undefined;
  #flushing: Promise<unknown> = Promise.resolve();
  #next: { readonly database: Database; readonly result: Promise<FlushResult> } | undefined;

  /** Throws a TypeError for a journal that another buffer has. */
  constructor({ journal }: WriteBufferOptions = {}) {
    this.#journal = journal;
    this.#stream = journal?.stream ?? newMemoryStream();
    journal?.attach(() => this.#pending);
  }

  /** How many records a flush would write: changes of one agent are one, and so are those of one commit. */
  get size(): number {
    const names = this.#pending.map(({ event, number }) => recordNameOf(event) ?? number);
    return new Set(names).size;
  }

  /** Whether nothing of this buffer waits for a flush. */
  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /**
   * What was made of an agent's record. Of one that was read from a database of this package, or by `readAgent`, or of a
   * copy such as `{ ...agent, total_bugs: 1 }`, the difference of its numbers counts, and those fields that are
   * different; any other one, and one that went through JSON or `structuredClone`, is stored as it is. What the record
   * says can be buffered again and again.
   */
  bufferAgent(agentId: string, data: AgentData): void {
    const record = encodeAgent({ ...data, id: agentId });
    const known = { ...data, id: agentId };
    const before = readStateOf(known);
    const number = this.#add(
      before === undefined
        ? { type: "agent", agent: agentId, record }
        : { type: "change", agent: agentId, change: changeOf(before, record) },
    );
    this.#formerStates.set(number, { data: known, state: before });
    // The next time, what was made of it since then counts.
    rememberRead(known);
  }

  /**
   * A commit's record, over one that is on record under its project and hash. It changes no score: see
   * `bufferScore`.
   */
  bufferCommit(projectPath: string, commitHash: string, data: CommitData): void {
    const commit = { project: projectPath, hash: commitHash };
    this.#add({ type: "commit", commit, record: encodeCommit(data) });
  }

  /** A grade, to stand behind those that are there. It changes no score. */
  bufferCommunicationEvent(event: CommunicationScoreEvent): void {
    const record = encodeCommunication(event);
    this.#add({ type: "communication", agent: event.agent_id, record });
  }

  /** What was thought of a commit: of the entry's own, or where it names none, of `commitHash`. */
  bufferRetrospective(agentId: string, commitHash: string, entry: RetrospectiveEntry): void {
    const record = retrospectiveOf(agentId, commitHash, entry);
    this.#add({ type: "retrospective", agent: agentId, record });
  }

  /** An entry of the agent's journal. */
  bufferActivity(agentId: string, entry: ActivityEntry): void {
    this.#add({ type: "activity", agent: agentId, record: { ...entry, agent_id: agentId } });
  }

  /**
   * Something that changes an agent's score; an agent nobody knows is made by it. With `commit` it counts
   * once for that commit, whoever tells it again.
   */
  bufferScore(agentId: string, score: ScoreEvent, { at, ...facts }: ScoreFacts = {}): void {
    this.#add({ type: "score", agent: agentId, at: (at ?? new Date()).getTime(), score, ...facts });
  }

  /** The agent is there, and this is what it is called. */
  bufferSeen(agentId: string, { at, identity }: Omit<ScoreFacts, "commit"> = {}): void {
    this.#add({ type: "seen", agent: agentId, at: (at ?? new Date()).getTime(), identity });
  }

  /**
   * All that is buffered by `buffering`, or nothing, when it throws: also for who is killed meanwhile. Throws
   * what `buffering` throws, and a TypeError inside of another one.
   */
  bufferTogether(buffering: () => void): void {
    if (this.#together !== undefined) throw new TypeError("it is buffered together already");
    const events: TrackerEvent[] = [];
    this.#together = events;
    try {
      buffering();
    } catch (error) {
      this.#together = undefined;
      // As if no record had been handed over.
      this.#restoreStates((number) => number > this.#lastNumber);
      throw error;
    }
    this.#together = undefined;
    this.#append(events);
  }

  /** The agent as it will be when everything is flushed; null when nobody knows it. */
  async readAgent(database: Database, agentId: string): Promise<AgentData | null> {
    const key = agentKey(agentId);
    // Before the agent: a commit that is flushed in between is seen with it then.
    const own = this.#pending.map(({ event }) => event).filter((event) => isOf(event, key));
    const isCommitted = await committedIn(database, own);
    const { agent, applied } = isEventDatabase(database)
      ? await database.getAgentState(agentId, this.#stream)
      : { agent: await database.getAgent(agentId), applied: 0 };
    this.#unseen = this.#unseen.filter(({ number }) => number > applied);
    const events = [...this.#unseen, ...this.#pending].filter(({ number }) => number > applied);
    const stored = agent === null ? undefined : encodeAgent(agent);
    const next = applyEvents(
      events.map(({ event }) => event),
      { agentOf: (other) => (other === key ? stored : undefined), isCommitted },
    ).agents.get(key);
    if (next !== undefined) return rememberRead(decodeAgent(next));
    return agent === null ? null : rememberRead(agent);
  }

  /**
   * Puts everything into the database, all of it or nothing, each event once however often it is tried. What is
   * buffered meanwhile waits for the next flush. Never throws: what did not get there stays, and `errors` says why.
   *
   * With a journal, the journals of other processes are applied too. A database of another package gets one
   * put after the other; there, each entry stays until its put gave true. Calls that come while a flush is under way
   * share the next one.
   */
  flush(database: Database): Promise<FlushResult> {
    if (this.#next?.database === database) return this.#next.result;
    const result = this.#flushing.then(() => {
      if (this.#next?.result === result) this.#next = undefined;
      return this.#flush(database);
    });
    this.#next = { database, result };
    this.#flushing = result.catch(() => undefined);
    return result;
  }

  /** Forgets what is not flushed, in the journal too. */
  clear(): void {
    if (this.isEmpty) return;
    this.#restoreStates(() => true);
    this.#forget(this.#lastNumber);
    this.#journal?.clear();
  }

  /** To be called by who is done with it: the journal gets its end. What is buffered later begins another file. */
  async close(): Promise<void> {
    await this.#journal?.close();
  }

  /** Gives its number. */
  #add(event: TrackerEvent): number {
    const checked = checkEvent(event);
    if (this.#together === undefined) return this.#append([checked]);
    this.#together.push(checked);
    return this.#lastNumber + this.#together.length;
  }

  #append(events: readonly TrackerEvent[]): number {
    const last = events.length - 1;
    const numbered = events.map((event, index): NumberedEvent => {
      const number = this.#lastNumber + 1 + index;
      return index === last ? { number, event } : { number, event, more: last - index };
    });
    this.#lastNumber += numbered.length;
    for (const one of numbered) this.#pending.push(one);
    this.#journal?.append(numbered);
    return this.#lastNumber;
  }

  #restoreStates(isMeant: (number: number) => boolean): void {
    for (const [number, { data, state }] of [...this.#formerStates].toReversed()) {
      if (!isMeant(number)) continue;
      setReadState(data, state);
      this.#formerStates.delete(number);
    }
  }

  async #flush(database: Database): Promise<FlushResult> {
    const last = this.#lastNumber;
    try {
      if (!isEventDatabase(database)) return await this.#flushByPuts(database);
      if (this.#journal !== undefined) {
        const { entriesWritten, failures } = await flushJournal(
          { stream: this.#stream, journal: this.#journal, pending: () => this.#pendingUpTo(last) },
          database,
          (applied) => {
            if (!database.appliesEvents) {
              this.#unseen = [...this.#unseen, ...this.#pendingUpTo(applied)];
            }
            this.#forget(applied);
          },
        );
        if (this.#unseen.length > 0) {
          const seen = await database.getApplied(this.#stream);
          this.#unseen = this.#unseen.filter(({ number }) => number > seen);
        }
        return { entriesWritten, errors: failures.map(failureText) };
      }
      const events = this.#pendingUpTo(last);
      if (events.length === 0) return { entriesWritten: 0, errors: [] };
      const { entriesWritten, applied } = await database.applyEvents({
        stream: this.#stream,
        events,
      });
      this.#forget(applied);
      return { entriesWritten, errors: [] };
    } catch (error) {
      return { entriesWritten: 0, errors: [failureText(failureOf(error))] };
    }
  }

  async #flushByPuts(database: Database): Promise<FlushResult> {
    if (this.#journal !== undefined) {
      // Who finds the journal would apply it once more.
      throw new TypeError("a buffer with a journal needs a database that applies events once");
    }
    const last = this.#lastNumber;
    const { entriesWritten, kept, errors } = await flushByPuts(database, this.#pendingUpTo(last));
    const waiting = new Set(kept);
    this.#pending = this.#pending.filter((one) => one.number > last || waiting.has(one));
    for (const number of this.#formerStates.keys()) {
      if (!this.#pending.some((one) => one.number === number)) this.#formerStates.delete(number);
    }
    return { entriesWritten, errors };
  }

  #pendingUpTo(last: number): NumberedEvent[] {
    return this.#pending.filter(({ number }) => number <= last);
  }

  #forget(applied: number): void {
    this.#pending = this.#pending.filter(({ number }) => number > applied);
    for (const number of this.#formerStates.keys()) {
      if (number <= applied) this.#formerStates.delete(number);
    }
  }
}

function isOf(event: TrackerEvent, key: string): boolean {
  return isAgentEvent(event) && agentKey(event.agent) === key;
}
