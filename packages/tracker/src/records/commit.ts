import { number, recordSchema, text } from "./record-schema.ts";
import { type Stored, timeOf } from "./stored.ts";

/** One commit of an agent. */
export interface CommitData {
  agent_id: string;
  commit_hash: string;
  project_path: string;
  task_description: string;
  experience_gained: number;
  communication_score_change: number;
  timestamp: Date;
}

/** The same as it is stored: its time is a text. */
export type StoredCommit = Stored<CommitData>;

export const StoredCommitSchema = recordSchema<StoredCommit>({
  agent_id: text,
  commit_hash: text,
  project_path: text,
  task_description: text,
  experience_gained: number,
  communication_score_change: number,
  timestamp: text,
});

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for a time that is none. */
export function encodeCommit(data: CommitData): StoredCommit {
  return { ...data, timestamp: timeOf(data.timestamp) };
}

export function decodeCommit(stored: StoredCommit): CommitData {
  return { ...stored, timestamp: new Date(stored.timestamp) };
}
