import { TrackerError } from "../errors.ts";
import { StoredActivitySchema, type StoredActivity } from "../records/activity.ts";
import type { AgentChange } from "../records/agent-change.ts";
import { type AgentIdentity, type StoredAgent, StoredAgentSchema } from "../records/agent.ts";
import { type StoredCommit, StoredCommitSchema } from "../records/commit.ts";
import {
  type StoredCommunication,
  StoredCommunicationSchema,
} from "../records/communication-event.ts";
import { agentKey, commitKey } from "../records/record-key.ts";
import {
  byType,
  type Check,
  fields,
  grade,
  moment,
  name,
  number,
  object,
  optional,
  text,
} from "../records/record-schema.ts";
import { StoredRetrospectiveSchema, type StoredRetrospective } from "../records/retrospective.ts";
import { millisecondsOf } from "../records/stored.ts";
import type { ScoreEvent } from "../score.ts";

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

/** By what a commit is told from any other. */
export interface CommitName {
  readonly project: string;
  readonly hash: string;
}

/** An event and its number in its stream: 1, 2, 3 and so on. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: TrackerEvent;
  /** How many of those behind it belong to it: they are applied together. */
  readonly more?: number | undefined;
}

const commitName = fields({ project: text, hash: text });
const identity = fields({ name: optional(text), model: optional(text), scope: optional(text) });

const SCORE_EVENTS: Readonly<Record<ScoreEvent["type"], Check>> = {
  tool: object(),
  command: object(),
  commit: object(),
  bug: object(),
  reinstate: object(),
  grade: fields({ agentGrade: grade, userGrade: optional(grade) }),
  communication: fields({ grade }),
};

const change = fields({
  counters: object(number),
  fields: object(),
  whole: StoredAgentSchema.check,
});

const EVENTS: Readonly<Record<TrackerEvent["type"], Check>> = {
  score: fields({
    agent: name,
    at: moment,
    score: byType(SCORE_EVENTS),
    commit: optional(commitName),
    identity: optional(identity),
  }),
  seen: fields({ agent: name, at: moment, identity: optional(identity) }),
  change: fields({ agent: name, change }),
  agent: fields({ agent: name, record: StoredAgentSchema.check }),
  commit: fields({ commit: commitName, record: StoredCommitSchema.check }),
  communication: fields({ agent: name, record: StoredCommunicationSchema.check }),
  retrospective: fields({ agent: name, record: StoredRetrospectiveSchema.check }),
  activity: fields({ agent: name, record: StoredActivitySchema.check }),
};

const checkByType = byType(EVENTS);

// A journal is read as a whole, and a record is for people to read.
const LONGEST_EVENT_CHARACTERS = 256 * 1024;

/**
 * The event as it is stored: a copy, checked, that every database takes. Throws `TrackerError`
 * (`TRACKER_RECORD_INVALID`).
 */
export function checkEvent(event: unknown): TrackerEvent {
  const json = jsonOf(event);
  const checked = parseEvent(JSON.parse(json));
  if (json.length > LONGEST_EVENT_CHARACTERS) {
    throw invalid(`it has ${json.length} characters of ${LONGEST_EVENT_CHARACTERS}`);
  }
  assertModest(checked, MOST_LEVELS);
  assertKeys(checked);
  return checked;
}

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for what this version does not know. */
export function parseEvent(raw: unknown): TrackerEvent {
  const fault = checkByType(raw);
  if (fault !== undefined) throw invalid(fault);
  // The check was that of its type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return raw as TrackerEvent;
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
// JSON writes half a character as an escape.
const HALF_CHARACTER = /\\ud[89a-f]/i;

/** Well-formed: a text with half a character would be another one when it is read again. */
function jsonOf(event: unknown): string {
  try {
    const json = JSON.stringify(event);
    if (json === undefined) throw new TypeError("there is none");
    if (!HALF_CHARACTER.test(json)) return json;
    return JSON.stringify(event, (field, value: unknown) =>
      typeof value === "string" && !NAMES.has(field) ? value.toWellFormed() : value,
    );
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error), error);
  }
}

// Sums of such numbers are finite.
const LARGEST_NUMBER = Number.MAX_SAFE_INTEGER;
// Records are flat; what others have put into one need not be.
const MOST_LEVELS = 20;

/** Throws for what would be too much for a database, or would be when it is added up. */
function assertModest(value: unknown, levels: number): void {
  if (typeof value === "number" && Math.abs(value) > LARGEST_NUMBER) {
    throw invalid(`${value} is beyond ${LARGEST_NUMBER}`);
  }
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw invalid(`it has more than ${MOST_LEVELS} levels`);
  for (const part of Object.values(value)) assertModest(part, levels - 1);
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

function invalid(reason: string, cause?: unknown): TrackerError {
  return new TrackerError(
    "TRACKER_RECORD_INVALID",
    `what is to be recorded is no record: ${reason}`,
    cause,
  );
}
