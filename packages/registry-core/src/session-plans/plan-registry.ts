import { resolve } from "node:path";

import { defineRegistry, type ReadOptions, type UpdateOptions } from "../define-registry.ts";
import type { Warning } from "../errors.ts";
import { planFileExists, PLANS_FOLDER } from "./plan-file.ts";
import { withDroppedSessions } from "./session-plan-rules.ts";
import { type SessionPlan, type StoredRegistry, StoredRegistrySchema } from "./session-plan.ts";

const registry = defineRegistry<StoredRegistry>({
  file: `${PLANS_FOLDER}/.session-plans.json`,
  schema: StoredRegistrySchema,
  empty: {},
});

/** Where the registry of a project is. */
export function registryPath(dir: string): string {
  return registry.path(dir);
}

/** What this process has seen of a registry last. */
interface Seen {
  /** As it is in the file. */
  readonly value: StoredRegistry;
  /** With the sessions that another tool has dropped since. */
  readonly plans: StoredRegistry;
  /** The keys of the entries whose sessions are not in the file. */
  readonly pending: readonly string[];
  /** Which look at the file it is of, and the last change of our own on top of that; 0 for none. */
  readonly look: number;
  readonly change: number;
}

let looks = 0;
let changes = 0;

// The projects of a process are some few; of more, those that were seen last are kept.
const MAXIMUM_SEEN = 16;
const seen = new Map<string, Seen>();

function remember(path: string, next: Seen): Seen {
  seen.delete(path);
  const [oldest] = seen.keys();
  if (seen.size >= MAXIMUM_SEEN && oldest !== undefined) seen.delete(oldest);
  seen.set(path, next);
  return next;
}

function rememberLook(path: string, next: Pick<Seen, "value" | "plans" | "pending">): Seen {
  return remember(path, { ...next, look: (looks += 1), change: 0 });
}

/** What is in the file, with what was dropped from it since it was seen last. */
function restore(
  dir: string,
  last: Seen | undefined,
  value: StoredRegistry,
): ReturnType<typeof withDroppedSessions> {
  if (last === undefined) return { registry: value, keys: [] };
  const isThere = ({ plan }: SessionPlan): boolean => planFileExists(dir, plan);
  return withDroppedSessions(last.plans, value, isThere, last.pending);
}

/** The plans, with those that an older tool has dropped while this process looked on. Frozen. */
export function readPlans(dir: string, { onFault }: ReadOptions = {}): StoredRegistry {
  let isDamaged = false;
  const value = registry.read(dir, {
    onFault: (fault) => {
      isDamaged = true;
      onFault?.(fault);
    },
  });
  // It may be half of what somebody writes just now: what was seen before is still to be known.
  if (isDamaged) return value;
  const path = registry.path(resolve(dir));
  const last = seen.get(path);
  if (last?.value === value) {
    remember(path, last);
    return last.plans;
  }
  const { registry: plans, keys: pending } = restore(dir, last, value);
  rememberLook(path, { value, plans, pending });
  return plans;
}

/** The plans after a change; undefined: nothing is to be written. */
export type PlanStep<R> = (plans: StoredRegistry) => {
  readonly plans?: StoredRegistry | undefined;
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
  // The current folder may change meanwhile.
  const root = resolve(dir);
  const path = registry.path(root);
  let last: Seen | undefined;
  let change = 0;
  let next: StoredRegistry | undefined;
  let dropped: readonly string[] = [];
  const result = await registry.update(
    root,
    (value) => {
      change = changes += 1;
      last = seen.get(path) ?? rememberLook(path, { value, plans: value, pending: [] });
      const found = restore(root, last, value);
      const made = step(found.registry);
      next = made.plans;
      dropped = found.keys.filter((key) => next?.[key]?.sessions !== undefined);
      return { ...(made.plans && { value: made.plans }), result: made.result };
    },
    options,
  );
  // Who has looked meanwhile has seen this change, and what came behind it. A change before it in the same
  // write has not.
  const latest = seen.get(path);
  if (next !== undefined && latest !== undefined) {
    const isOverSame = latest.look === last?.look && latest.change < change;
    if (isOverSame) remember(path, { ...latest, value: next, plans: next, pending: [], change });
  }
  if (dropped.length > 0) options.onWarning?.(warningOf(path, dropped));
  return result;
}

/**
 * Has the file say what an older tool has dropped from it, where this process knows of that: before the
 * file goes where nobody would put it back. Throws as `updatePlans`.
 */
export async function putBackDropped(dir: string, options: UpdateOptions): Promise<void> {
  let isDamaged = false;
  readPlans(dir, { onFault: () => (isDamaged = true) });
  const { pending = [] } = seen.get(registry.path(resolve(dir))) ?? {};
  if (isDamaged || pending.length === 0) return;
  await updatePlans(dir, (plans) => ({ plans, result: undefined }), options);
}

/** What was seen is of a file that was moved, and nothing that was dropped from the next one. */
export function forgetPlans(dir: string): void {
  seen.delete(registry.path(resolve(dir)));
}

function warningOf(path: string, keys: readonly string[]): Warning {
  const entries = keys.map((key) => JSON.stringify(key)).join(", ");
  const message =
    `${path}: a tool that knows only the first seven characters of a session has replaced ` +
    `${entries}; the plans of the other sessions were put back`;
  return { code: "REGISTRY_SESSIONS_DROPPED", message, path };
}
