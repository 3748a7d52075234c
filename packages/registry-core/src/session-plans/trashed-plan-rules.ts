import { isLater, ownItem, planAtTop, sessionsOf } from "./session-entry.ts";
import type { SessionPlan, StoredEntry, StoredRegistry } from "./session-plan.ts";

/** The rules of a registry that comes back from the trash. No file is touched here. */

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

/** The fields of an entry that nobody knows. */
function unknownOf(entry: StoredEntry): object {
  const { plan: _p, createdAt: _c, status: _s, parentID: _q, sessionID: _id, ...rest } = entry;
  const { sessions: _all, ...unknown } = rest;
  return unknown;
}

function countOf(fields: object): number {
  return Object.keys(fields).length;
}
