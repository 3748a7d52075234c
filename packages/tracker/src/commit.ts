import * as z from "zod/mini";

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

export const StoredCommitSchema = z.looseObject({
  agent_id: z.string(),
  commit_hash: z.string(),
  project_path: z.string(),
  task_description: z.string(),
  experience_gained: z.number(),
  communication_score_change: z.number(),
  timestamp: z.string(),
});
export type StoredCommit = Stored<CommitData>;

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for a time that is none. */
export function encodeCommit(data: CommitData): StoredCommit {
  return { ...data, timestamp: timeOf(data.timestamp) };
}

export function decodeCommit(stored: StoredCommit): CommitData {
  return { ...stored, timestamp: new Date(stored.timestamp) };
}
