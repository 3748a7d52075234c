import { isSessionPlan, type SessionPlan, type StoredEntry } from "./session-plan.ts";

/** What one entry of the registry holds: the plan at its top, and those of its sessions. */

/**
 * The entry's plans by full session id. That of a tool which knew only the short key stands under
 * that key, as nobody's in particular.
 */
export function sessionsOf(sessionKey: string, entry: StoredEntry): Record<string, SessionPlan> {
  const { sessions, sessionID } = entry;
  if (!hasSessions(entry)) {
    const top = planAtTop(entry);
    return top === undefined ? {} : { [sessionID ?? sessionKey]: top };
  }
  const latest = sessionID === undefined ? undefined : findOwnIn(entry, sessionID);
  return { ...sessions, ...(sessionID !== undefined && latest && { [sessionID]: latest }) };
}

/** Whether it tells its sessions apart. One whose sessions are not understood does not. */
export function hasSessions({ sessions }: StoredEntry): boolean {
  return sessions !== undefined && Object.keys(sessions).length > 0;
}

/** The plan of this session in an entry that tells its sessions apart. */
export function findOwnIn(entry: StoredEntry, sessionID: string): SessionPlan | undefined {
  const own = ownItem(entry.sessions ?? {}, sessionID);
  const top = entry.sessionID === sessionID ? planAtTop(entry) : undefined;
  // A tool that knows only the short key has changed the status of the latest plan.
  return own && top && isSamePlan(own, top) ? { ...own, status: top.status } : own;
}

/** The plan at the top of an entry, with the fields that nobody knows. */
export function planAtTop({
  sessionID: _id,
  sessions: _all,
  ...plan
}: StoredEntry): SessionPlan | undefined {
  return isSessionPlan(plan) ? plan : undefined;
}

/** Whether it is one registration, whatever its status. */
export function isSamePlan(one: SessionPlan, other: SessionPlan | undefined): boolean {
  return one.plan === other?.plan && one.createdAt === other.createdAt;
}

/** Somebody who has not seen the latest may have put an earlier one back. */
export function isLater(plan: SessionPlan, found: SessionPlan | undefined): boolean {
  return found === undefined || found.createdAt < plan.createdAt;
}

/** An id may be `constructor`, which every object seems to have. */
export function ownItem<V>(record: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
