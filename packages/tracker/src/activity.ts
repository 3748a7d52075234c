import * as z from "zod/mini";

/** An entry of an agent's journal: what it did, and what came of it. */
export interface ActivityEntry {
  /** A time since 1970, as `Date` reads it; ISO 8601 is best. It is kept as it is given. */
  timestamp: string;
  task: string;
  actions: string;
  outcome: string;
  decisions: string;
}

export const StoredActivitySchema = z.looseObject({
  agent_id: z.string().check(z.minLength(1)),
  timestamp: z.string(),
  task: z.string(),
  actions: z.string(),
  outcome: z.string(),
  decisions: z.string(),
});
export type StoredActivity = ActivityEntry & { agent_id: string };

export function decodeActivity(stored: StoredActivity): ActivityEntry {
  const { agent_id: _agent, ...entry } = stored;
  return entry;
}
