/** The rules of session plans: pure functions over the registry's entries. No file is touched here. */

const STATUSES = ["created", "reviewed", "executed", "failed"] as const;
export type SessionPlanStatus = (typeof STATUSES)[number];

/** The plan of one session. */
export interface SessionPlan {
  /** The name without `plan-` and `.md`. */
  plan: string;
  /** ISO 8601. */
  createdAt: string;
  status: SessionPlanStatus;
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

export type SessionPlanRegistry = Record<string, SessionPlanEntry>;

/** The entries of the file as they were read: what is not understood is carried along untouched. */
export type RegistryDocument = Map<string, unknown>;

// The key of the original registry, kept so that its readers go on working.
const KEY_LENGTH = 7;

export function sessionKeyOf(sessionID: string): string {
  return sessionID.slice(0, KEY_LENGTH);
}

/** The entry, when it has the shape of one. Sessions in it that have not are left out. */
export function asEntry(raw: unknown): SessionPlanEntry | undefined {
  if (!isSessionPlan(raw) || !isRecord(raw)) return undefined;
  const { sessionID, sessions, ...plan } = raw;
  if (sessionID !== undefined && typeof sessionID !== "string") return undefined;
  if (sessions !== undefined && !isRecord(sessions)) return undefined;
  return {
    ...plan,
    ...(sessionID === undefined ? {} : { sessionID }),
    ...(sessions === undefined ? {} : { sessions: onlySessionPlans(sessions) }),
  };
}

/** The plan that this session registered. A bucket that belongs to other sessions is no match. */
export function findPlan(document: RegistryDocument, sessionID: string): SessionPlan | undefined {
  const entry = asEntry(document.get(sessionKeyOf(sessionID)));
  if (entry === undefined) return undefined;
  if (entry.sessions !== undefined) return new Map(Object.entries(entry.sessions)).get(sessionID);
  const isAnothers = entry.sessionID !== undefined && entry.sessionID !== sessionID;
  return isAnothers ? undefined : planOf(entry);
}

/** The entry after a registration, and in it what is stored for the session. */
export interface Registered {
  readonly entry: SessionPlanEntry;
  readonly stored: SessionPlan;
}

/**
 * What the key holds after this session has registered a plan. All other sessions keep theirs, and
 * fields that are not understood stay.
 */
export function withPlan(raw: unknown, sessionID: string, plan: SessionPlan): Registered {
  const entry = asEntry(raw);
  const sessions = new Map(Object.entries(rawSessions(raw)));
  if (entry !== undefined && entry.sessions === undefined) {
    // Written by a tool that knew only the short key: kept under it, as nobody's in particular.
    sessions.set(entry.sessionID ?? sessionKeyOf(sessionID), planOf(entry));
  }
  const former = sessions.get(sessionID);
  const stored = isRecord(former) ? { ...former, ...plan } : plan;
  sessions.set(sessionID, stored);
  const { parentID: _former, ...kept }: Partial<SessionPlanEntry> = entry ?? {};
  const latest = { ...kept, ...planOf(stored), sessionID };
  return { stored, entry: Object.assign(latest, { sessions: Object.fromEntries(sessions) }) };
}

/** One row per session, in the order of the file; an entry without sessions is one row. */
export function planRows(
  document: RegistryDocument,
): { sessionKey: string; sessionID?: string; plan: SessionPlan }[] {
  return [...document].flatMap(([sessionKey, raw]) => {
    const entry = asEntry(raw);
    if (entry === undefined) return [];
    const { sessionID, sessions = { [sessionID ?? sessionKey]: planOf(entry) } } = entry;
    return Object.entries(sessions).map(([id, plan]) => {
      // A plan under the short key is nobody's in particular.
      return id === sessionKey ? { sessionKey, plan } : { sessionKey, sessionID: id, plan };
    });
  });
}

function planOf(entry: SessionPlan): SessionPlan {
  const { plan, createdAt, status, parentID } = entry;
  return { plan, createdAt, status, ...(parentID === undefined ? {} : { parentID }) };
}

/** The sessions of an entry as they were read, also those that are not understood. */
function rawSessions(raw: unknown): Record<string, unknown> {
  return isRecord(raw) && asEntry(raw) !== undefined && isRecord(raw["sessions"])
    ? raw["sessions"]
    : {};
}

function onlySessionPlans(sessions: Record<string, unknown>): Record<string, SessionPlan> {
  return Object.fromEntries(
    Object.entries(sessions).flatMap(([id, raw]) => (isSessionPlan(raw) ? [[id, raw]] : [])),
  );
}

function isSessionPlan(raw: unknown): raw is SessionPlan {
  if (!isRecord(raw)) return false;
  const { plan, createdAt, status, parentID } = raw;
  return (
    typeof plan === "string" &&
    typeof createdAt === "string" &&
    STATUSES.some((known) => known === status) &&
    (parentID === undefined || typeof parentID === "string")
  );
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
