import type { ActivityEntry } from "./activity.ts";
import type { AgentData } from "./agent.ts";
import type { CommitData } from "./commit.ts";
import type { CommunicationScoreEvent } from "./communication-event.ts";
import type { AppliedBatch, EventBatch } from "./event-transaction.ts";
import type { Failure } from "./failure.ts";
import type { RetrospectiveEntry } from "./retrospective.ts";

/**
 * Records of agents. Where the database cannot be used, puts give false, and reads null or no entries. The
 * entries of an agent are the last `limit` (default 100) in the order of their times, those of one
 * millisecond in the order in which they were put.
 */
export interface Database {
  /** False: it was closed, or could not be opened. */
  readonly isAvailable: boolean;
  putAgent(agentId: string, data: AgentData): Promise<boolean>;
  getAgent(agentId: string): Promise<AgentData | null>;
  putCommit(projectPath: string, commitHash: string, data: CommitData): Promise<boolean>;
  getCommit(projectPath: string, commitHash: string): Promise<CommitData | null>;
  putCommunicationEvent(event: CommunicationScoreEvent): Promise<boolean>;
  getCommunicationEvents(agentId: string, limit?: number): Promise<CommunicationScoreEvent[]>;
  putRetrospective(
    agentId: string,
    commitHash: string,
    entry: RetrospectiveEntry,
  ): Promise<boolean>;
  getRetrospectives(agentId: string, limit?: number): Promise<RetrospectiveEntry[]>;
  putActivity(agentId: string, entry: ActivityEntry): Promise<boolean>;
  getActivities(agentId: string, limit?: number): Promise<ActivityEntry[]>;
  close(): Promise<void>;
}

/** A database that applies the events of a write buffer as a whole, and each of them once. */
export interface EventDatabase extends Database {
  /** True: a transaction did not fit, and none was made since then. New activities are refused. */
  readonly isFull: boolean;
  /** False: it takes what is in journals only. */
  readonly appliesEvents: boolean;
  /**
   * All events or none, each once. Atomic, exclusive; durable where the database is. Throws `TrackerError`
   * (`TRACKER_UNAVAILABLE`), and what its store throws.
   */
  applyEvents(batch: EventBatch): Promise<AppliedBatch>;
  /** The agent, and how far the events of the stream are in it, as of one moment. */
  getAgentState(agentId: string, stream: string): Promise<AgentState>;
  /** The number of the last event of the stream that can be seen in it. */
  getApplied(stream: string): Promise<number>;
  /** Applies what is in the journals of that folder, also those of processes that are gone. */
  applyJournals(folder: string): Promise<JournalFlush>;
}

export interface AgentState {
  readonly agent: AgentData | null;
  readonly applied: number;
}

export interface JournalFlush {
  readonly entriesWritten: number;
  /** By stream: the number of the last event that is in the database. */
  readonly applied: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
}

/** What a flush has done. */
export interface FlushResult {
  /** Agents, commits and events that were written. */
  entriesWritten: number;
  /** Empty: all that was buffered before is in the database. Each begins with a code. */
  errors: string[];
}

export function isEventDatabase(database: Database): database is EventDatabase {
  return "applyEvents" in database && "applyJournals" in database;
}
