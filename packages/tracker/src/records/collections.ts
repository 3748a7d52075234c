import { collection, type Schema } from "@x/registry-core";

import { type StoredActivity, StoredActivitySchema } from "./activity.ts";
import { type StoredAgent, StoredAgentSchema } from "./agent.ts";
import { type StoredCommit, StoredCommitSchema } from "./commit.ts";
import { type StoredCommunication, StoredCommunicationSchema } from "./communication-event.ts";
import { number, recordSchema, text } from "./record-schema.ts";
import { type StoredRetrospective, StoredRetrospectiveSchema } from "./retrospective.ts";
import { type StoredScore, StoredScoreSchema } from "./score-history.ts";

/** How far the events of one write buffer have been applied. */
export interface StreamRecord {
  /** The number of the last one. */
  readonly applied: number;
  /** When that was. ISO 8601. */
  readonly at: string;
}

const StreamSchema = recordSchema<StreamRecord>({ applied: number, at: text });

const NumberSchema: Schema<number> = {
  parse(raw) {
    if (typeof raw === "number") return raw;
    throw new TypeError("it is no number");
  },
};

export const agents = collection<StoredAgent>("agents", StoredAgentSchema);
export const commits = collection<StoredCommit>("commits", StoredCommitSchema);
export const communication = collection<StoredCommunication>(
  "communication",
  StoredCommunicationSchema,
);
export const retrospectives = collection<StoredRetrospective>(
  "retrospectives",
  StoredRetrospectiveSchema,
);
export const activities = collection<StoredActivity>("activities", StoredActivitySchema);
/** The score of each agent at the end of each hour in which it changed. */
export const scores = collection<StoredScore>("scores", StoredScoreSchema);
/** By agent: the number of its last event. */
export const sequences = collection("sequences", NumberSchema);
/** By stream: how far it was applied, in the same transaction. */
export const streams = collection<StreamRecord>("streams", StreamSchema);
/** Numbers of the database itself: one that grows with each transaction of events, and a day. */
export const revisions = collection("revisions", NumberSchema);

export const COLLECTION_NAMES: readonly string[] = [
  agents,
  commits,
  communication,
  retrospectives,
  activities,
  scores,
  sequences,
  streams,
  revisions,
].map(({ name }) => name);

export const REVISION = "events";
export const FORGOTTEN_DAY = "forgotten-day";
