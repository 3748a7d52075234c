import * as z from "zod/mini";

import { type Grade, GradeSchema } from "./grade.ts";

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

export const StoredRetrospectiveSchema = z.looseObject({
  agent_id: z.string().check(z.minLength(1)),
  commit: z.string(),
  timestamp: z.string(),
  task: z.string(),
  agent_grade: GradeSchema,
  user_grade: GradeSchema,
  score_before: z.number(),
  score_after: z.number(),
  agent_note: z.string(),
  user_note: z.string(),
});
export type StoredRetrospective = RetrospectiveEntry & { agent_id: string };

export function decodeRetrospective(stored: StoredRetrospective): RetrospectiveEntry {
  const { agent_id: _agent, ...entry } = stored;
  return entry;
}
