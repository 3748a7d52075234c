import type { EventDatabase } from "./database.ts";
import type { PruneOptions, PruneResult } from "./prune.ts";
import type { AgentData } from "./records/agent.ts";
import type { CommitData } from "./records/commit.ts";
import type { CommunicationScoreEvent } from "./records/communication-event.ts";
import type { ScorePoint } from "./records/score-history.ts";
import type { TrackerRecord } from "./records/tracker-record.ts";

/** Whose commits or grades are meant. Without a field: all. */
export interface CommitFilter {
  readonly agentId?: string | undefined;
  readonly projectPath?: string | undefined;
}

/** How many records a database lacked, so far or in the end. */
export interface AddMissingResult {
  readonly added: number;
  /** They were there already. */
  readonly skipped: number;
}

/**
 * All that is on record, for whoever shows, compares, keeps or moves it. Where the database cannot be used, `records` and
 * what changes it throw `TrackerError` (`TRACKER_UNAVAILABLE`, the fault is its `cause`); other reads give nothing.
 */
export interface TrackRecord extends EventDatabase {
  /** All agents, in the order of their ids. */
  listAgents(): Promise<AgentData[]>;
  /** The commits that are meant, in the order of projects and hashes. */
  listCommits(filter?: CommitFilter): Promise<CommitData[]>;
  /** The grades that are meant, agent by agent in the order of time. */
  listCommunicationEvents(filter?: CommitFilter): Promise<CommunicationScoreEvent[]>;
  /**
   * How the agent's score has changed: the last `limit` (default 100) points, one an hour at most, in the
   * order of time.
   */
  getScoreHistory(agentId: string, limit?: number): Promise<ScorePoint[]>;
  /**
   * Everything that is on record, kind by kind, for `addMissing` of another database. Others may write
   * meanwhile: it is not of one moment. Throws where the database cannot be used: an end means that it was all.
   */
  records(): AsyncGenerator<TrackerRecord>;
  /**
   * Puts the records that are not there; how often it is done changes nothing. Atomic a batch. Throws
   * `TrackerError` (`TRACKER_RECORD_INVALID`) at the first one that is none: what came before it stays.
   */
  addMissing(
    records: AsyncIterable<TrackerRecord> | Iterable<TrackerRecord>,
    onProgress?: (progress: AddMissingResult) => void,
  ): Promise<AddMissingResult>;
  /**
   * Removes commits and events older than a time, each batch after `archive` has it, and says how many.
   * Agents and their points stay. Atomic a batch: interrupted and repeated, the rest goes.
   */
  prune(options: PruneOptions): Promise<PruneResult>;
}
