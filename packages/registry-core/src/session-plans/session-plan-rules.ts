import type {
  SessionPlan,
  SessionPlanEntry,
  SessionPlanRegistry,
  SessionPlanStatus,
} from "./session-plan.ts";

/** The rules of session plans: pure functions over the registry. No file is touched here. */

// The key of the original registry, kept so that its readers go on working.
const KEY_LENGTH = 7;

function sessionKeyOf(sessionID: string): string {
  return sessionID.slice(0, KEY_LENGTH);
}

/**
 * The entry's plans by full session id. That of a tool which knew only the short key stands under
 * that key, as nobody's in particular.
 */
function sessionsOf(sessionKey: string, entry: SessionPlanEntry): Record<string, SessionPlan> {
  return entry.sessions ?? { [entry.sessionID ?? sessionKey]: planOf(entry) };
}

/** The plan that this session registered. A bucket that belongs to other sessions is no match. */
export function findOwnPlan(
  registry: SessionPlanRegistry,
  sessionID: string,
): SessionPlan | undefined {
  const entry = ownItem(registry, sessionKeyOf(sessionID));
  if (entry?.sessions !== undefined) return ownItem(entry.sessions, sessionID);
  return entry?.sessionID === sessionID ? planOf(entry) : undefined;
}

/** The plan that a tool has filed which knew only the short key: maybe that of this session. */
export function findUnnamedPlan(
  registry: SessionPlanRegistry,
  sessionID: string,
): SessionPlan | undefined {
  const entry = ownItem(registry, sessionKeyOf(sessionID));
  const isUnnamed = entry?.sessions === undefined && entry?.sessionID === undefined;
  return entry !== undefined && isUnnamed ? planOf(entry) : undefined;
}

/** The session's own plan, or else the one that may be its. */
export function findRegisteredPlan(
  registry: SessionPlanRegistry,
  sessionID: string,
): SessionPlan | undefined {
  return findOwnPlan(registry, sessionID) ?? findUnnamedPlan(registry, sessionID);
}

/**
 * The registry after this session has registered a plan (all other sessions keep theirs), and what is
 * stored for the session then.
 */
export function withPlan(
  registry: SessionPlanRegistry,
  sessionID: string,
  plan: SessionPlan,
): { readonly plans: SessionPlanRegistry; readonly stored: SessionPlan } {
  const key = sessionKeyOf(sessionID);
  const entry = ownItem(registry, key);
  const sessions = entry === undefined ? {} : sessionsOf(key, entry);
  const stored = { ...ownItem(sessions, sessionID), ...plan };
  // The parent at the top is that of the latest registration, too.
  const { parentID: _former, ...kept } = entry ?? {};
  const { parentID } = stored;
  const latest = { ...kept, ...plan, ...(parentID !== undefined && { parentID }), sessionID };
  const next = { ...latest, sessions: { ...sessions, [sessionID]: stored } };
  return { plans: { ...registry, [key]: next }, stored };
}

/** The registry after the session's plan got that status; undefined for a session without a plan. */
export function withStatus(
  registry: SessionPlanRegistry,
  sessionID: string,
  status: SessionPlanStatus,
): SessionPlanRegistry | undefined {
  const key = sessionKeyOf(sessionID);
  const entry = ownItem(registry, key);
  const own = findRegisteredPlan(registry, sessionID);
  if (entry === undefined || own === undefined) return undefined;
  const { sessions, sessionID: latest } = entry;
  // At the top stands the latest registration, and no other.
  const isAtTop = sessions === undefined || latest === sessionID;
  const next = {
    ...entry,
    ...(isAtTop && { status }),
    ...(sessions && { sessions: { ...sessions, [sessionID]: { ...own, status } } }),
  };
  return { ...registry, [key]: next };
}

/**
 * The registry with the sessions that were in it `before` and that a tool has dropped which writes
 * entries by the short key only; and the keys of these entries.
 */
export function withDroppedSessions(
  before: SessionPlanRegistry,
  registry: SessionPlanRegistry,
): { readonly registry: SessionPlanRegistry; readonly keys: readonly string[] } {
  const dropped = Object.entries(registry).flatMap(([key, entry]) => {
    const sessions = ownItem(before, key)?.sessions;
    if (entry.sessions !== undefined || sessions === undefined) return [];
    return [[key, { ...entry, sessions: { ...sessions, ...sessionsOf(key, entry) } }] as const];
  });
  if (dropped.length === 0) return { registry, keys: [] };
  return {
    registry: { ...registry, ...Object.fromEntries(dropped) },
    keys: dropped.map(([key]) => key),
  };
}

/** One row per session, in the order of the file; an entry without sessions is one row. */
export function planRows(
  registry: SessionPlanRegistry,
): { sessionKey: string; sessionID?: string; plan: SessionPlan }[] {
  return Object.entries(registry).flatMap(([sessionKey, entry]) =>
    Object.entries(sessionsOf(sessionKey, entry)).map(([sessionID, plan]) => {
      // Under the short key stands what is nobody's in particular, unless an id is that short.
      const isNobodys = sessionID === sessionKey && entry.sessionID !== sessionID;
      return isNobodys ? { sessionKey, plan } : { sessionKey, sessionID, plan };
    }),
  );
}

/** An id may be `constructor`, which every object seems to have. */
function ownItem<V>(record: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The plan at the top of an entry. */
function planOf({ sessionID: _id, sessions: _all, ...plan }: SessionPlanEntry): SessionPlan {
  return plan;
}
