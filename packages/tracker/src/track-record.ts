import type { AgentData } from "./agent.ts";
import type { CommitData } from "./commit.ts";
import type { CommunicationScoreEvent } from "./communication-event.ts";
import type { EventDatabase } from "./database.ts";
import type { PruneOptions, PruneResult } from "./prune.ts";
import type { ScorePoint } from "./score-history.ts";
import type { TrackerRecord } from "./tracker-record.ts";

export interface CommitFilter {
  readonly agentId?: string | undefined;
  readonly projectPath?: string | undefined;
}

export interface AddMissingResult {
  readonly added: number;
  /** They were there already. */
  readonly skipped: number;
}

/**
 * All that is on record, for whoever shows, compares, keeps or moves it. Where the database cannot be used, reads
 * give nothing; what changes it throws `TrackerError` (`TRACKER_UNAVAILABLE`).
 */
export interface TrackRecord extends EventDatabase {
  /** In the order of their ids. */
  listAgents(): Promise<AgentData[]>;
  /** In the order of projects and hashes. */
  listCommits(filter?: CommitFilter): Promise<CommitData[]>;
  /** Every grade, agent by agent in the order of time. */
  listCommunicationEvents(filter?: CommitFilter): Promise<CommunicationScoreEvent[]>;
  /** The last `limit` (default 100) points, one an hour at most, in the order of time. */
  getScoreHistory(agentId: string, limit?: number): Promise<ScorePoint[]>;
  /** Everything, kind by kind. Others may write meanwhile. */
  records(): AsyncGenerator<TrackerRecord>;
  /**
   * Puts those that are not there; how often it is done changes nothing. Atomic a batch. Throws `TrackerError`
   * (`TRACKER_RECORD_INVALID`) at the first one that is none.
   */
  addMissing(
    records: AsyncIterable<TrackerRecord> | Iterable<TrackerRecord>,
    onProgress?: (progress: AddMissingResult) => void,
  ): Promise<AddMissingResult>;
  /** Removes commits and events older than a time, batch by batch. Agents and their points stay. */
  prune(options: PruneOptions): Promise<PruneResult>;
}
