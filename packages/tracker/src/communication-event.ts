import * as z from "zod/mini";

import { GradeSchema, type Grade } from "./grade.ts";
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

export const StoredCommunicationSchema = z.looseObject({
  agent_id: z.string().check(z.minLength(1)),
  commit_hash: z.string(),
  project_path: z.string(),
  grade: GradeSchema,
  timestamp: z.string(),
  reason: z.optional(z.string()),
});
export type StoredCommunication = Stored<Omit<CommunicationScoreEvent, "reason">> & {
  reason?: string | undefined;
};

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
