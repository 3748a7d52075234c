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

/**
 * The entry, when it has the shape of one, for those who read the whole registry. Sessions in it that
 * have not are left out.
 */
export function asEntry(raw: unknown): SessionPlanEntry | undefined {
  if (!isRecord(raw) || !isSessionPlan(raw)) return undefined;
  const { sessionID, sessions, ...plan }: Record<string, unknown> & SessionPlan = raw;
  if (sessionID !== undefined && typeof sessionID !== "string") return undefined;
  if (sessions !== undefined && !isRecord(sessions)) return undefined;
  return {
    ...plan,
    ...(sessionID === undefined ? {} : { sessionID }),
    ...(sessions === undefined ? {} : { sessions: onlyPlans(Object.entries(sessions)) }),
  };
}

/**
 * What the entry under that key holds for each session, by full id, as it was read: also what is not
 * understood. The plan of a tool that knew only the short key stands under that key, as nobody's in
 * particular. Undefined when nothing of the entry is understood.
 */
export function sessionsOf(sessionKey: string, raw: unknown): Map<string, unknown> | undefined {
  if (!isRecord(raw)) return undefined;
  if (isRecord(raw["sessions"])) return new Map(Object.entries(raw["sessions"]));
  const entry = asEntry(raw);
  return entry && new Map([[entry.sessionID ?? sessionKey, planOf(entry)]]);
}

/** The plan that this session registered. A bucket that belongs to other sessions is no match. */
export function findPlan(document: RegistryDocument, sessionID: string): SessionPlan | undefined {
  const key = sessionKeyOf(sessionID);
  const raw = document.get(key);
  const sessions = sessionsOf(key, raw);
  const isOfOldTool = isRecord(raw) && raw["sessions"] === undefined;
  const found = sessions?.get(sessionID) ?? (isOfOldTool ? sessions?.get(key) : undefined);
  return isSessionPlan(found) ? planOf(found) : undefined;
}

/** An entry as it is written: it may hold what is not understood. */
type RawEntry = Readonly<Record<string, unknown>>;

/**
 * What the key holds after this session has registered a plan (all other sessions keep theirs, and
 * fields that are not understood stay), and in it what is stored for the session.
 */
export function withPlan(
  raw: unknown,
  sessionID: string,
  plan: SessionPlan,
): { entry: RawEntry; stored: SessionPlan } {
  const sessions = sessionsOf(sessionKeyOf(sessionID), raw);
  const former = sessions?.get(sessionID);
  const stored = isRecord(former) ? { ...former, ...plan } : plan;
  const { parentID: _formers, ...kept } = sessions !== undefined && isRecord(raw) ? raw : {};
  const all = new Map(sessions).set(sessionID, stored);
  const latest = planOf(stored);
  const entry = { ...kept, ...latest, sessionID, sessions: Object.fromEntries(all) };
  return { entry, stored: latest };
}

/**
 * The document after somebody who read the registry has written it back, with the entries and
 * sessions that he was not shown.
 */
export function withRegistry(
  document: RegistryDocument,
  registry: SessionPlanRegistry,
): RegistryDocument {
  const next = new Map<string, unknown>();
  for (const [key, raw] of document) {
    const hidden = hiddenSessions(raw);
    if (asEntry(raw) === undefined) next.set(key, raw);
    else if (hidden.length > 0) next.set(key, { sessions: Object.fromEntries(hidden) });
  }
  for (const [key, entry] of Object.entries(registry)) {
    const hidden = hiddenSessions(document.get(key));
    const sessions = Object.fromEntries([...hidden, ...(sessionsOf(key, entry) ?? [])]);
    next.set(key, hidden.length === 0 ? entry : { ...entry, sessions });
  }
  return next;
}

/** The sessions of an entry that `asEntry` does not show. */
function hiddenSessions(raw: unknown): [string, unknown][] {
  if (!isRecord(raw) || !isRecord(raw["sessions"])) return [];
  const isHiddenWhole = asEntry(raw) === undefined;
  return Object.entries(raw["sessions"]).filter(
    ([, session]) => isHiddenWhole || !isSessionPlan(session),
  );
}

/** One row per session, in the order of the file; an entry without sessions is one row. */
export function planRows(
  document: RegistryDocument,
): { sessionKey: string; sessionID?: string; plan: SessionPlan }[] {
  return [...document].flatMap(([sessionKey, raw]) =>
    [...(sessionsOf(sessionKey, raw) ?? [])].flatMap(([sessionID, session]) => {
      if (!isSessionPlan(session)) return [];
      const plan = planOf(session);
      // Under the short key stands what is nobody's in particular, unless an id is that short.
      const isNobodys =
        sessionID === sessionKey && (!isRecord(raw) || raw["sessionID"] !== sessionID);
      return isNobodys ? { sessionKey, plan } : { sessionKey, sessionID, plan };
    }),
  );
}

/** What is understood of it. A parent that is no text is none. */
function planOf({ plan, createdAt, status, parentID }: SessionPlan): SessionPlan {
  return { plan, createdAt, status, ...(typeof parentID === "string" ? { parentID } : {}) };
}

function onlyPlans(sessions: readonly [string, unknown][]): Record<string, SessionPlan> {
  return Object.fromEntries(
    sessions.flatMap(([id, raw]) => (isSessionPlan(raw) ? [[id, raw] as const] : [])),
  );
}

function isSessionPlan(raw: unknown): raw is SessionPlan {
  if (!isRecord(raw)) return false;
  const { plan, createdAt, status } = raw;
  return (
    typeof plan === "string" &&
    typeof createdAt === "string" &&
    STATUSES.some((known) => known === status)
  );
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
