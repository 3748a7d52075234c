import { readPlans } from "./plan-registry.ts";
import { type SessionPlanRegistry, wholeEntry } from "./session-plan.ts";

/**
 * The registry's entries by their short key; `{}` when the file is missing, unreadable, corrupt or
 * wrongly shaped. A copy, to be changed at will. Never throws, never changes the disk.
 * `assertRegistry` tells these cases apart.
 */
export async function readRegistry(dir: string): Promise<SessionPlanRegistry> {
  const whole = Object.entries(readPlans(dir)).flatMap(([key, stored]) => {
    const entry = wholeEntry(stored);
    return entry === undefined ? [] : [[key, entry] as const];
  });
  return structuredClone(Object.fromEntries(whole));
}

/** Throws `RegistryError` when there is a registry that cannot be used. A missing one is fine. */
export async function assertRegistry(dir: string): Promise<void> {
  readPlans(dir, {
    onFault: (fault) => {
      throw fault;
    },
  });
}
