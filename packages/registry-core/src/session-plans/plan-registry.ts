import { resolve } from "node:path";

import { defineRegistry, type ReadOptions, type UpdateOptions } from "../define-registry.ts";
import type { Warning } from "../errors.ts";
import { PLANS_FOLDER } from "./plan-file.ts";
import { withDroppedSessions } from "./session-plan-rules.ts";
import { type SessionPlanRegistry, SessionPlanRegistrySchema } from "./session-plan.ts";

const registry = defineRegistry<SessionPlanRegistry>({
  file: `${PLANS_FOLDER}/.session-plans.json`,
  schema: SessionPlanRegistrySchema,
  empty: {},
});

/** What this process has seen of a registry last. */
interface Seen {
  /** As it is in the file. */
  readonly value: SessionPlanRegistry;
  /** With the sessions that another tool has dropped since. */
  readonly plans: SessionPlanRegistry;
}

// The projects of a process are some few; of more, those that were seen last are kept.
const MAXIMUM_SEEN = 16;
const seen = new Map<string, Seen>();

function see(path: string, value: SessionPlanRegistry): SessionPlanRegistry {
  const last = seen.get(path);
  if (last?.value === value) return last.plans;
  const plans = last === undefined ? value : withDroppedSessions(last.plans, value).registry;
  return remember(path, { value, plans });
}

function remember(path: string, next: Seen): SessionPlanRegistry {
  const [oldest] = seen.keys();
  if (!seen.has(path) && seen.size >= MAXIMUM_SEEN && oldest !== undefined) seen.delete(oldest);
  seen.set(path, next);
  return next.plans;
}

/** The plans, with those that an older tool has dropped while this process looked on. Frozen. */
export function readPlans(dir: string, options?: ReadOptions): SessionPlanRegistry {
  return see(registry.path(resolve(dir)), registry.read(dir, options));
}

/** The plans after a change; undefined: nothing is to be written. */
export type PlanStep<R> = (plans: SessionPlanRegistry) => {
  readonly plans?: SessionPlanRegistry | undefined;
  readonly result: R;
};

/**
 * Changes the registry: atomic, durable, exclusive. What an older tool has dropped since this process
 * looked last is put back, with a warning.
 */
export async function updatePlans<R>(
  dir: string,
  step: PlanStep<R>,
  options: UpdateOptions = {},
): Promise<R> {
  const path = registry.path(resolve(dir));
  let dropped: readonly string[] = [];
  let next: SessionPlanRegistry | undefined;
  const result = await registry.update(
    dir,
    (value) => {
      const before = seen.get(path)?.plans;
      const found = before === undefined ? undefined : withDroppedSessions(before, value);
      const made = step(found?.registry ?? value);
      next = made.plans;
      dropped = (found?.keys ?? []).filter((key) => next?.[key]?.sessions !== undefined);
      return { ...(made.plans && { value: made.plans }), result: made.result };
    },
    options,
  );
  if (next !== undefined) remember(path, { value: next, plans: next });
  if (dropped.length > 0) options.onWarning?.(warningOf(path, dropped));
  return result;
}

function warningOf(path: string, keys: readonly string[]): Warning {
  const entries = keys.map((key) => JSON.stringify(key)).join(", ");
  const message =
    `${path}: a tool that knows only the first seven characters of a session has replaced ` +
    `${entries}; the plans of the other sessions were put back`;
  return { code: "REGISTRY_SESSIONS_DROPPED", message, path };
}
