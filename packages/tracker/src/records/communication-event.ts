import type { Grade } from "./grade.ts";
import { grade, name, optional, recordSchema, text } from "./record-schema.ts";
import { type Stored, timeOf } from "./stored.ts";

/** One grade that changed the communication score of an agent. */
export interface CommunicationScoreEvent {
  agent_id: string;
  commit_hash: string;
  project_path: string;
  grade: Grade;
  timestamp: Date;
  reason?: string;
}

/** The same as it is stored: its time is a text. */
export type StoredCommunication = Stored<Omit<CommunicationScoreEvent, "reason">> & {
  reason?: string | undefined;
};

export const StoredCommunicationSchema = recordSchema<StoredCommunication>({
  agent_id: name,
  commit_hash: text,
  project_path: text,
  grade: grade,
  timestamp: text,
  reason: optional(text),
});

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for a time that is none. */
export function encodeCommunication(event: CommunicationScoreEvent): StoredCommunication {
  return { ...event, timestamp: timeOf(event.timestamp) };
}

export function decodeCommunication(stored: StoredCommunication): CommunicationScoreEvent {
  const { reason, ...event } = stored;
  return {
    ...event,
    timestamp: new Date(event.timestamp),
    ...(reason !== undefined && { reason }),
  };
}
