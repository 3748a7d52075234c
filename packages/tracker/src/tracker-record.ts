import * as z from "zod/mini";

import { type StoredActivity, StoredActivitySchema } from "./activity.ts";
import { type StoredAgent, StoredAgentSchema } from "./agent.ts";
import { type StoredCommit, StoredCommitSchema } from "./commit.ts";
import { type StoredCommunication, StoredCommunicationSchema } from "./communication-event.ts";
import { TrackerError } from "./errors.ts";
import { type StoredRetrospective, StoredRetrospectiveSchema } from "./retrospective.ts";
import { type StoredScore, StoredScoreSchema } from "./score-history.ts";

/** A record as it leaves one database for another: a JSON value, with its times as texts. */
export type TrackerRecord =
  | { readonly type: "agent"; readonly record: StoredAgent }
  | { readonly type: "commit"; readonly record: StoredCommit }
  | { readonly type: "communication"; readonly record: StoredCommunication }
  | { readonly type: "retrospective"; readonly record: StoredRetrospective }
  | { readonly type: "activity"; readonly record: StoredActivity }
  | { readonly type: "score"; readonly record: StoredScore };

const TrackerRecordSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("agent"), record: StoredAgentSchema }),
  z.object({ type: z.literal("commit"), record: StoredCommitSchema }),
  z.object({ type: z.literal("communication"), record: StoredCommunicationSchema }),
  z.object({ type: z.literal("retrospective"), record: StoredRetrospectiveSchema }),
  z.object({ type: z.literal("activity"), record: StoredActivitySchema }),
  z.object({ type: z.literal("score"), record: StoredScoreSchema }),
]);

/** A record out of a file. Throws `TrackerError` (`TRACKER_RECORD_INVALID`). */
export function parseTrackerRecord(raw: unknown): TrackerRecord {
  const parsed = z.safeParse(TrackerRecordSchema, raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const reason = `it is no record of a tracker: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  throw new TrackerError("TRACKER_RECORD_INVALID", reason.trim(), parsed.error);
}
