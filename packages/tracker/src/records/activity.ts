import { name, recordSchema, text } from "./record-schema.ts";

/** An entry of an agent's journal: what it did, and what came of it. */
export interface ActivityEntry {
  /** A time since 1970, as `Date` reads it; ISO 8601 is best. It is kept as it is given. */
  timestamp: string;
  task: string;
  actions: string;
  outcome: string;
  decisions: string;
}

/** The same as it is stored: with the agent whose it is. */
export type StoredActivity = ActivityEntry & { agent_id: string };

export const StoredActivitySchema = recordSchema<StoredActivity>({
  agent_id: name,
  timestamp: text,
  task: text,
  actions: text,
  outcome: text,
  decisions: text,
});

export function decodeActivity(stored: StoredActivity): ActivityEntry {
  const { agent_id: _agent, ...entry } = stored;
  return entry;
}
