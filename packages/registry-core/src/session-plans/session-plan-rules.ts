import {
  findOwnIn,
  hasSessions,
  isLater,
  isSamePlan,
  ownItem,
  planAtTop,
  sessionsOf,
} from "./session-entry.ts";
import type {
  SessionPlan,
  SessionPlanStatus,
  StoredRegistry,
  StoredEntry,
} from "./session-plan.ts";

/** The rules of session plans: pure functions over the registry. No file is touched here. */

// The key of the original registry, kept so that its readers go on working.
const KEY_LENGTH = 7;

function sessionKeyOf(sessionID: string): string {
  return sessionID.slice(0, KEY_LENGTH);
}

/** The plan that this session registered. A bucket that belongs to other sessions is no match. */
export function findOwnPlan(registry: StoredRegistry, sessionID: string): SessionPlan | undefined {
  const entry = ownItem(registry, sessionKeyOf(sessionID));
  if (entry === undefined) return undefined;
  const own = findOwnIn(entry, sessionID);
  // The names of all the others are only gone through when there is none.
  if (own !== undefined || hasSessions(entry)) return own;
  return entry.sessionID === sessionID ? planAtTop(entry) : undefined;
}

/** The plan that a tool has filed which knew only the short key: maybe that of this session. */
export function findUnnamedPlan(
  registry: StoredRegistry,
  sessionID: string,
): SessionPlan | undefined {
  const entry = ownItem(registry, sessionKeyOf(sessionID));
  if (entry === undefined || hasSessions(entry)) return undefined;
  return entry.sessionID === undefined ? planAtTop(entry) : undefined;
}

/** The session's own plan, or else the one that may be its. */
export function findRegisteredPlan(
  registry: StoredRegistry,
  sessionID: string,
): SessionPlan | undefined {
  return findOwnPlan(registry, sessionID) ?? findUnnamedPlan(registry, sessionID);
}

/**
 * The registry after this session has registered a plan (all other sessions keep theirs), and what is
 * stored for the session then.
 */
export function withPlan(
  registry: StoredRegistry,
  sessionID: string,
  plan: SessionPlan,
): { readonly plans: StoredRegistry; readonly stored: SessionPlan } {
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
  registry: StoredRegistry,
  sessionID: string,
  status: SessionPlanStatus,
): StoredRegistry | undefined {
  const key = sessionKeyOf(sessionID);
  const entry = ownItem(registry, key);
  const own = findRegisteredPlan(registry, sessionID);
  if (entry === undefined || own === undefined) return undefined;
  const hasOwn = hasSessions(entry);
  const sessions = { ...sessionsOf(key, entry), [sessionID]: { ...own, status } };
  // At the top stands the latest registration, and no other.
  const isAtTop = !hasOwn || (entry.sessionID === sessionID && planAtTop(entry) !== undefined);
  const next = { ...entry, ...(isAtTop && { status }), ...(hasOwn && { sessions }) };
  return { ...registry, [key]: next };
}

/**
 * The registry with the sessions that a tool has dropped which writes entries by the short key only,
 * and the keys of these entries. Such a tool has left its own plan: alone, or, when somebody of ours
 * has registered since, as nobody's in particular among the sessions. Of `pending` that was seen
 * already, and `before` is with what is still to be put back. What was taken away in another way stays
 * away, and so does what `isThere` says no of.
 */
export function withDroppedSessions(
  before: StoredRegistry,
  registry: StoredRegistry,
  isThere: (plan: SessionPlan) => boolean,
  pending: readonly string[] = [],
): { readonly registry: StoredRegistry; readonly keys: readonly string[] } {
  const restored = Object.entries(registry).flatMap(([key, entry]) => {
    const former = ownItem(before, key);
    if (former === undefined || !hasSessions(former)) return [];
    if (!pending.includes(key) && !hasBeenReplaced(key, former, entry)) return [];
    const sessions = sessionsOf(key, entry);
    const dropped = Object.entries(sessionsOf(key, former)).filter(
      ([sessionID, plan]) => isLater(plan, ownItem(sessions, sessionID)) && isThere(plan),
    );
    if (dropped.length === 0) return [];
    const names = new Set(dropped.map(([sessionID]) => sessionID));
    const others = Object.entries(sessions).filter(([sessionID]) => !names.has(sessionID));
    const all = Object.fromEntries([...dropped, ...others]);
    return [[key, { ...entry, sessions: all }] as const];
  });
  if (restored.length === 0) return { registry, keys: [] };
  return {
    registry: { ...registry, ...Object.fromEntries(restored) },
    keys: restored.map(([key]) => key),
  };
}

function hasBeenReplaced(key: string, former: StoredEntry, entry: StoredEntry): boolean {
  const isAlone = !hasSessions(entry);
  const left = isAlone ? planAtTop(entry) : ownItem(entry.sessions ?? {}, key);
  if (left === undefined) return false;
  // What stands alone has replaced the entry, unless it is that entry without its sessions.
  return !isSamePlan(left, isAlone ? planAtTop(former) : ownItem(former.sessions ?? {}, key));
}

/** The registry that somebody writes who leaves `sessions` out of an entry: those in it stay. */
export function withKeptSessions(before: StoredRegistry, registry: StoredRegistry): StoredRegistry {
  const kept = Object.entries(registry).map(([key, entry]) => {
    const former = ownItem(before, key);
    if (entry.sessions !== undefined || former === undefined || !hasSessions(former)) {
      return [key, entry] as const;
    }
    const sessions = { ...sessionsOf(key, former), ...sessionsOf(key, entry) };
    return [key, { ...entry, sessions }] as const;
  });
  return Object.fromEntries(kept);
}

/** One row per session, in the order of the file; an entry without sessions is one row. */
export function planRows(
  registry: StoredRegistry,
): { sessionKey: string; sessionID?: string; plan: SessionPlan }[] {
  return Object.entries(registry).flatMap(([sessionKey, entry]) =>
    Object.entries(sessionsOf(sessionKey, entry)).map(([sessionID, plan]) => {
      // Under the short key stands what is nobody's in particular, unless an id is that short.
      const isNobodys = sessionID === sessionKey && entry.sessionID !== sessionID;
      return isNobodys ? { sessionKey, plan } : { sessionKey, sessionID, plan };
    }),
  );
}
