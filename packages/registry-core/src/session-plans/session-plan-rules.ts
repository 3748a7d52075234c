import {
  isSessionPlan,
  type SessionPlan,
  type SessionPlanStatus,
  type StoredEntry,
  type StoredRegistry,
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
function sessionsOf(sessionKey: string, entry: StoredEntry): Record<string, SessionPlan> {
  const { sessions, sessionID } = entry;
  if (!hasSessions(entry)) {
    const top = planAtTop(entry);
    return top === undefined ? {} : { [sessionID ?? sessionKey]: top };
  }
  const latest = sessionID === undefined ? undefined : findOwnIn(entry, sessionID);
  return { ...sessions, ...(sessionID !== undefined && latest && { [sessionID]: latest }) };
}

/** Whether it tells its sessions apart. One whose sessions are not understood does not. */
function hasSessions({ sessions }: StoredEntry): boolean {
  return sessions !== undefined && Object.keys(sessions).length > 0;
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

function findOwnIn(entry: StoredEntry, sessionID: string): SessionPlan | undefined {
  const own = ownItem(entry.sessions ?? {}, sessionID);
  const top = entry.sessionID === sessionID ? planAtTop(entry) : undefined;
  // A tool that knows only the short key has changed the status of the latest plan.
  return own && top && isSamePlan(own, top) ? { ...own, status: top.status } : own;
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

/** Somebody who has not seen the latest may have put an earlier one back. */
function isLater(plan: SessionPlan, found: SessionPlan | undefined): boolean {
  return found === undefined || found.createdAt < plan.createdAt;
}

function hasBeenReplaced(key: string, former: StoredEntry, entry: StoredEntry): boolean {
  const isAlone = !hasSessions(entry);
  const left = isAlone ? planAtTop(entry) : ownItem(entry.sessions ?? {}, key);
  if (left === undefined) return false;
  // What stands alone has replaced the entry, unless it is that entry without its sessions.
  return !isSamePlan(left, isAlone ? planAtTop(former) : ownItem(former.sessions ?? {}, key));
}

function isSamePlan(one: SessionPlan, other: SessionPlan | undefined): boolean {
  return one.plan === other?.plan && one.createdAt === other.createdAt;
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

/**
 * The registry after the plans of another one, which was taken away, have come back: for sessions that
 * have none now. The very same registry when there is nothing to bring. At the top of an entry stands the
 * latest registration of both; fields that nobody knows come back where there is none of that name.
 */
export function withTrashedPlans(
  registry: StoredRegistry,
  trashed: StoredRegistry,
): StoredRegistry {
  const changed = Object.entries(trashed).flatMap(([key, former]) => {
    const entry = ownItem(registry, key);
    const next = entry === undefined ? former : withTrashedEntry(key, entry, former);
    return next === entry ? [] : [[key, next] as const];
  });
  return changed.length === 0 ? registry : { ...registry, ...Object.fromEntries(changed) };
}

/** The registry without the plans of these names. */
export function withoutPlans(registry: StoredRegistry, names: readonly string[]): StoredRegistry {
  if (names.length === 0) return registry;
  const isKept = ({ plan }: Pick<SessionPlan, "plan">): boolean => !names.includes(plan);
  const entries = Object.entries(registry).flatMap(([key, entry]) => {
    const all = Object.entries(entry.sessions ?? {});
    const sessions = Object.fromEntries(all.filter(([, plan]) => isKept(plan)));
    const top = planAtTop(entry);
    const others = { ...unknownOf(entry), ...(all.length > 0 && { sessions }) };
    if (top === undefined || isKept(top)) return [[key, { ...entry, ...others }] as const];
    return countOf(sessions) === 0 ? [] : [[key, others] as const];
  });
  return Object.fromEntries(entries);
}

function withTrashedEntry(key: string, entry: StoredEntry, former: StoredEntry): StoredEntry {
  const sessions = sessionsOf(key, entry);
  const all = { ...sessionsOf(key, former), ...sessions };
  const [own, others] = [unknownOf(entry), { ...unknownOf(former), ...unknownOf(entry) }];
  if (countOf(all) === countOf(sessions)) {
    return countOf(others) === countOf(own) ? entry : { ...others, ...entry };
  }
  // What stands nowhere but at the top is nobody's in particular.
  const isBack = !Object.hasOwn(sessions, former.sessionID ?? key);
  const [top, formerTop] = [planAtTop(entry), planAtTop(former)];
  const isLatest = isBack && top && formerTop && isLater(formerTop, top);
  return { ...others, ...topOf(isLatest === true ? former : entry), sessions: all };
}

function topOf({ plan, createdAt, status, parentID, sessionID }: StoredEntry): StoredEntry {
  const top = { plan, createdAt, status, parentID, sessionID };
  return Object.fromEntries(Object.entries(top).filter(([, value]) => value !== undefined));
}

/** The fields of an entry that nobody knows. */
function unknownOf(entry: StoredEntry): object {
  const { plan: _p, createdAt: _c, status: _s, parentID: _q, sessionID: _id, ...rest } = entry;
  const { sessions: _all, ...unknown } = rest;
  return unknown;
}

function countOf(fields: object): number {
  return Object.keys(fields).length;
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

/** An id may be `constructor`, which every object seems to have. */
function ownItem<V>(record: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The plan at the top of an entry, with the fields that nobody knows. */
function planAtTop({
  sessionID: _id,
  sessions: _all,
  ...plan
}: StoredEntry): SessionPlan | undefined {
  return isSessionPlan(plan) ? plan : undefined;
}
