import { isRecord } from "../is-record.ts";
import { recordOf } from "../record-of.ts";
import type { Schema } from "../schema.ts";

/** What the registry of session plans holds, and what of a file is understood as that. */

export const STATUSES = ["created", "reviewed", "executed", "failed"] as const;

/** How far a plan has come, as agents and people say. */
export type SessionPlanStatus = (typeof STATUSES)[number];

const KNOWN_STATUSES: ReadonlySet<unknown> = new Set(STATUSES);

/** The plan of one session. */
export interface SessionPlan {
  /** The name without `plan-` and `.md`. */
  plan: string;
  /** ISO 8601. */
  createdAt: string;
  status: SessionPlanStatus;
  /** The session that started this one. */
  parentID?: string;
}

/**
 * What the file holds under one seven-character key. Plan, time and status at the top are those of
 * the latest registration, for tools that know nothing else; every session keeps its own below.
 * (Real ids start with `ses_` and a clock, so seven characters are a bucket of hours, not a name.)
 */
export interface SessionPlanEntry extends SessionPlan {
  /** The session of the latest registration. */
  sessionID?: string;
  /** By full session id. Absent in entries of tools that know only the short key. */
  sessions?: Record<string, SessionPlan>;
}

/** What the file holds, by the first seven characters of the sessions' ids. */
export type SessionPlanRegistry = Record<string, SessionPlanEntry>;

export function isStatus(status: unknown): status is SessionPlanStatus {
  return KNOWN_STATUSES.has(status);
}

/** An entry as far as it is understood: of one whose top is damaged, the sessions are still there. */
export type StoredEntry = Partial<SessionPlan> & Pick<SessionPlanEntry, "sessionID" | "sessions">;
export type StoredRegistry = Readonly<Record<string, StoredEntry>>;

const SessionPlanSchema: Schema<SessionPlan> = { parse: parsePlan };
const SessionsSchema = recordOf(SessionPlanSchema);
const StoredEntrySchema: Schema<StoredEntry> = { parse: parseEntry };

/** By hand: a hook that looks up a plan loads no library for it. Fields that nobody knows are kept. */
export const StoredRegistrySchema = recordOf(StoredEntrySchema);

function parsePlan(raw: unknown): SessionPlan {
  if (!isSessionPlan(raw)) throw new TypeError("it is no plan of a session");
  if (raw.parentID === undefined || typeof raw.parentID === "string") return raw;
  // A parent that is no text is none.
  const { parentID: _none, ...plan } = raw;
  return plan;
}

function parseEntry(raw: unknown): StoredEntry {
  if (!isRecord(raw)) throw new TypeError("it is no entry");
  const { sessions: rawSessions, sessionID, ...fields } = raw;
  if (sessionID !== undefined && typeof sessionID !== "string") {
    throw new TypeError("its sessionID is no text");
  }
  const ids = sessionID === undefined ? {} : { sessionID };
  if (rawSessions === undefined) return { ...parsePlan(fields), ...ids };
  const sessions = SessionsSchema.parse(rawSessions);
  if (isSessionPlan(fields)) return { ...parsePlan(fields), ...ids, sessions };
  if (Object.keys(sessions).length === 0) throw new TypeError("nothing of it is understood");
  const { plan: _plan, createdAt: _at, status: _status, parentID: _parent, ...others } = fields;
  return { ...others, ...ids, sessions };
}

export function isSessionPlan(raw: unknown): raw is SessionPlan {
  if (!isRecord(raw)) return false;
  const { plan, createdAt, status } = raw;
  return typeof plan === "string" && typeof createdAt === "string" && isStatus(status);
}

/** What is known of a plan, in an object of its own: other fields may be called like anything. */
export function knownPlan({ plan, createdAt, status, parentID }: SessionPlan): SessionPlan {
  return { plan, createdAt, status, ...(parentID !== undefined && { parentID }) };
}

/** The entry for readers: where its top is damaged, that of the last of its sessions. */
export function wholeEntry(entry: StoredEntry): SessionPlanEntry | undefined {
  if (isSessionPlan(entry)) return entry;
  const [sessionID, latest] = Object.entries(entry.sessions ?? {}).at(-1) ?? [];
  return latest && { ...entry, ...latest, ...(sessionID !== undefined && { sessionID }) };
}
