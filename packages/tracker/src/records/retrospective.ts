import type { Grade } from "./grade.ts";
import { grade, name, number, recordSchema, text } from "./record-schema.ts";

/** What agent and user thought of a commit afterwards. */
export interface RetrospectiveEntry {
  commit: string;
  /** A time since 1970, as `Date` reads it; ISO 8601 is best. It is kept as it is given. */
  timestamp: string;
  task: string;
  agent_grade: Grade;
  user_grade: Grade;
  score_before: number;
  score_after: number;
  agent_note: string;
  user_note: string;
}

/** The same as it is stored: with the agent whose it is. */
export type StoredRetrospective = RetrospectiveEntry & { agent_id: string };

export const StoredRetrospectiveSchema = recordSchema<StoredRetrospective>({
  agent_id: name,
  commit: text,
  timestamp: text,
  task: text,
  agent_grade: grade,
  user_grade: grade,
  score_before: number,
  score_after: number,
  agent_note: text,
  user_note: text,
});

export function retrospectiveOf(
  agentId: string,
  commitHash: string,
  entry: RetrospectiveEntry,
): StoredRetrospective {
  // JavaScript may give none, which its schema refuses.
  return { ...entry, commit: entry?.commit || commitHash, agent_id: agentId };
}

export function decodeRetrospective(stored: StoredRetrospective): RetrospectiveEntry {
  const { agent_id: _agent, ...entry } = stored;
  return entry;
}
