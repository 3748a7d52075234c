import type { AppliedBatch, EventBatch } from "./events/event-transaction.ts";
import type { Failure } from "./failure.ts";
import type { ActivityEntry } from "./records/activity.ts";
import type { AgentData } from "./records/agent.ts";
import type { CommitData } from "./records/commit.ts";
import type { CommunicationScoreEvent } from "./records/communication-event.ts";
import type { RetrospectiveEntry } from "./records/retrospective.ts";

/**
 * Records of agents. Where the database cannot be used, puts give false, and reads null or no entries. The
 * entries of an agent are the last `limit` (default 100) in the order of their times, those of one
 * millisecond in the order in which they were put.
 */
export interface Database {
  /** False: it was closed, or could not be opened. */
  readonly isAvailable: boolean;
  /**
   * Stores the record as it is, over whatever is there. What several processes add goes through a write
   * buffer.
   */
  putAgent(agentId: string, data: AgentData): Promise<boolean>;
  /** The record of the agent; null for one that nobody knows. */
  getAgent(agentId: string): Promise<AgentData | null>;
  /** Stores the commit under its project and hash, over one that is there. Changes no score. */
  putCommit(projectPath: string, commitHash: string, data: CommitData): Promise<boolean>;
  /** The commit on record under that project and hash; null when there is none. */
  getCommit(projectPath: string, commitHash: string): Promise<CommitData | null>;
  /** Adds a grade behind those that are there. Changes no score. */
  putCommunicationEvent(event: CommunicationScoreEvent): Promise<boolean>;
  /** The last grades of the agent. */
  getCommunicationEvents(agentId: string, limit?: number): Promise<CommunicationScoreEvent[]>;
  /** Adds what was thought of a commit: of the entry's own, or where it names none, of `commitHash`. */
  putRetrospective(
    agentId: string,
    commitHash: string,
    entry: RetrospectiveEntry,
  ): Promise<boolean>;
  /** The last retrospectives of the agent. */
  getRetrospectives(agentId: string, limit?: number): Promise<RetrospectiveEntry[]>;
  /** Adds an entry to the agent's journal. */
  putActivity(agentId: string, entry: ActivityEntry): Promise<boolean>;
  /** The last entries of the agent's journal. */
  getActivities(agentId: string, limit?: number): Promise<ActivityEntry[]>;
  /** Waits for what is under way. From then on the database is unavailable. */
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

/** An agent, and how far a stream's events are in its record. */
export interface AgentState {
  readonly agent: AgentData | null;
  readonly applied: number;
}

/** What became of the journals of a folder. */
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
