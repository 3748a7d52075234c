import * as z from "zod/mini";

import { StoredActivitySchema, type StoredActivity } from "./activity.ts";
import type { AgentChange } from "./agent-change.ts";
import { type AgentIdentity, type StoredAgent, StoredAgentSchema } from "./agent.ts";
import { type StoredCommit, StoredCommitSchema } from "./commit.ts";
import { type StoredCommunication, StoredCommunicationSchema } from "./communication-event.ts";
import { TrackerError } from "./errors.ts";
import { GradeSchema } from "./grade.ts";
import { agentKey, commitKey } from "./record-key.ts";
import { StoredRetrospectiveSchema, type StoredRetrospective } from "./retrospective.ts";
import type { ScoreEvent } from "./score.ts";
import { millisecondsOf } from "./stored.ts";

/** What a write buffer holds, and a line of a journal: something that happened, or a record to be stored. */
export type TrackerEvent =
  | {
      /** Something that changes an agent's score. */
      readonly type: "score";
      readonly agent: string;
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly score: ScoreEvent;
      /** It counts once for this commit. */
      readonly commit?: CommitName | undefined;
      readonly identity?: Partial<AgentIdentity> | undefined;
    }
  /** The agent is there. */
  | {
      readonly type: "seen";
      readonly agent: string;
      readonly at: number;
      readonly identity?: Partial<AgentIdentity> | undefined;
    }
  /** What was made of a record that was read before. */
  | { readonly type: "change"; readonly agent: string; readonly change: AgentChange }
  | { readonly type: "agent"; readonly agent: string; readonly record: StoredAgent }
  | { readonly type: "commit"; readonly commit: CommitName; readonly record: StoredCommit }
  | { readonly type: "communication"; readonly agent: string; readonly record: StoredCommunication }
  | { readonly type: "retrospective"; readonly agent: string; readonly record: StoredRetrospective }
  | { readonly type: "activity"; readonly agent: string; readonly record: StoredActivity };

export interface CommitName {
  readonly project: string;
  readonly hash: string;
}

/** An event and its number in its stream: 1, 2, 3 and so on. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: TrackerEvent;
}

const CommitNameSchema = z.object({ project: z.string(), hash: z.string() });
const IdentitySchema = z.object({
  name: z.optional(z.string()),
  model: z.optional(z.string()),
  scope: z.optional(z.string()),
});
const id = z.string().check(z.minLength(1));
const time = z.number().check(z.minimum(0), z.maximum(8.64e15));

const ScoreEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["tool", "command", "commit", "bug", "reinstate"]) }),
  z.object({
    type: z.literal("grade"),
    agentGrade: GradeSchema,
    userGrade: z.optional(GradeSchema),
  }),
  z.object({ type: z.literal("communication"), grade: GradeSchema }),
]);

const TrackerEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("score"),
    agent: id,
    at: time,
    score: ScoreEventSchema,
    commit: z.optional(CommitNameSchema),
    identity: z.optional(IdentitySchema),
  }),
  z.object({ type: z.literal("seen"), agent: id, at: time, identity: z.optional(IdentitySchema) }),
  z.object({
    type: z.literal("change"),
    agent: id,
    change: z.object({
      counters: z.record(z.string(), z.number()),
      fields: z.record(z.string(), z.unknown()),
      whole: StoredAgentSchema,
    }),
  }),
  z.object({ type: z.literal("agent"), agent: id, record: StoredAgentSchema }),
  z.object({ type: z.literal("commit"), commit: CommitNameSchema, record: StoredCommitSchema }),
  z.object({ type: z.literal("communication"), agent: id, record: StoredCommunicationSchema }),
  z.object({ type: z.literal("retrospective"), agent: id, record: StoredRetrospectiveSchema }),
  z.object({ type: z.literal("activity"), agent: id, record: StoredActivitySchema }),
]);

// A journal is read as a whole, and a record is for people to read.
const LONGEST_EVENT_CHARACTERS = 256 * 1024;

/**
 * The event as it is stored: a copy, checked, that every database takes. Throws `TrackerError`
 * (`TRACKER_RECORD_INVALID`).
 */
export function checkEvent(event: unknown): TrackerEvent {
  const text = textOf(event);
  const checked = parseEvent(JSON.parse(text));
  if (text.length > LONGEST_EVENT_CHARACTERS) {
    throw invalid(`it has ${text.length} characters of ${LONGEST_EVENT_CHARACTERS}`);
  }
  assertKeys(checked);
  return checked;
}

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for what no version of this package has written up to now. */
export function parseEvent(raw: unknown): TrackerEvent {
  const parsed = z.safeParse(TrackerEventSchema, raw);
  if (!parsed.success) throw invalid(faultOf(parsed.error), parsed.error);
  // The schemas say the same as the types, and leave out what is undefined.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return parsed.data as TrackerEvent;
}

/** Whether two events are about one record: of these, one write is made. Undefined: it is a record of its own. */
export function recordNameOf(event: TrackerEvent): string | undefined {
  switch (event.type) {
    case "score":
    case "seen":
    case "change":
    case "agent":
      return `agent ${agentKey(event.agent)}`;
    case "commit":
      return `commit ${commitKey(event.commit.project, event.commit.hash)}`;
    case "communication":
    case "retrospective":
    case "activity":
      return undefined;
  }
}

// What names a record must not become another name.
const NAMES: ReadonlySet<string> = new Set(["agent", "project", "hash"]);

/** Well-formed: a text with half a character would be another one when it is read again. */
function textOf(event: unknown): string {
  try {
    const text = JSON.stringify(event, (name, value: unknown) =>
      typeof value === "string" && !NAMES.has(name) ? value.toWellFormed() : value,
    );
    if (text !== undefined) return text;
  } catch (error) {
    throw invalid(String(error), error);
  }
  throw invalid("there is none");
}

/** What cannot be stored must not wait in a journal, where it would hold up what comes behind it. */
function assertKeys(event: TrackerEvent): void {
  recordNameOf(event);
  if (event.type === "score" && event.commit !== undefined) {
    commitKey(event.commit.project, event.commit.hash);
  }
  if (!("record" in event) || event.type === "agent" || event.type === "commit") return;
  agentKey(event.agent);
  millisecondsOf(event.record.timestamp);
}

function faultOf(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "it does not fit";
  const place = issue.path.map(String).join(".");
  return place === "" ? issue.message : `${place}: ${issue.message}`;
}

function invalid(reason: string, cause?: unknown): TrackerError {
  return new TrackerError(
    "TRACKER_RECORD_INVALID",
    `what is to be recorded is no record: ${reason}`,
    cause,
  );
}
