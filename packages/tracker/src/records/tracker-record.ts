import { TrackerError } from "../errors.ts";
import { type StoredActivity, StoredActivitySchema } from "./activity.ts";
import { type StoredAgent, StoredAgentSchema } from "./agent.ts";
import { type StoredCommit, StoredCommitSchema } from "./commit.ts";
import { type StoredCommunication, StoredCommunicationSchema } from "./communication-event.ts";
import { agentKey, commitKey } from "./record-key.ts";
import { at, isObject } from "./record-schema.ts";
import { type StoredRetrospective, StoredRetrospectiveSchema } from "./retrospective.ts";
import { type StoredScore, StoredScoreSchema } from "./score-history.ts";
import { millisecondsOf } from "./stored.ts";

/** A record as it leaves one database for another: a JSON value, with its times as texts. */
export type TrackerRecord =
  | { readonly type: "agent"; readonly record: StoredAgent }
  | { readonly type: "commit"; readonly record: StoredCommit }
  | { readonly type: "communication"; readonly record: StoredCommunication }
  | { readonly type: "retrospective"; readonly record: StoredRetrospective }
  | { readonly type: "activity"; readonly record: StoredActivity }
  | { readonly type: "score"; readonly record: StoredScore };

const SCHEMAS = {
  agent: StoredAgentSchema,
  commit: StoredCommitSchema,
  communication: StoredCommunicationSchema,
  retrospective: StoredRetrospectiveSchema,
  activity: StoredActivitySchema,
  score: StoredScoreSchema,
} as const;

/** A record out of a file, which every database takes. Throws `TrackerError` (`TRACKER_RECORD_INVALID`). */
export function parseTrackerRecord(raw: unknown): TrackerRecord {
  const fault = faultOf(raw);
  if (fault !== undefined) {
    const reason = `it is no record of a tracker: ${fault}`;
    throw new TrackerError("TRACKER_RECORD_INVALID", reason);
  }
  // The check was that of its type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const record = raw as TrackerRecord;
  assertPlace(record);
  return record;
}

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) where its names or times make no key. */
function assertPlace(one: TrackerRecord): void {
  if (one.type === "agent") {
    agentKey(one.record.id);
    millisecondsOf(one.record.created_at);
    millisecondsOf(one.record.updated_at);
    return;
  }
  millisecondsOf(one.record.timestamp);
  if (one.type === "commit") commitKey(one.record.project_path, one.record.commit_hash);
  else agentKey(one.record.agent_id);
}

function faultOf(raw: unknown): string | undefined {
  if (!isObject(raw)) return "it is no object";
  const { type, record } = raw;
  const [, schema] = Object.entries(SCHEMAS).find(([name]) => name === type) ?? [];
  if (schema === undefined) return `its type is ${JSON.stringify(type) ?? "not there"}`;
  const fault = schema.check(record);
  return fault === undefined ? undefined : at("record", fault).slice(1);
}
