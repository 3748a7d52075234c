import { readPlans } from "./plan-registry.ts";
import type { SessionPlanRegistry } from "./session-plan.ts";

/**
 * The registry's entries by their short key; `{}` when the file is missing, unreadable, corrupt or
 * wrongly shaped. A copy, to be changed at will. Never throws, never changes the disk.
 * `assertRegistry` tells these cases apart.
 */
export async function readRegistry(dir: string): Promise<SessionPlanRegistry> {
  return structuredClone(readPlans(dir));
}

/** Throws `RegistryError` when there is a registry that cannot be used. A missing one is fine. */
export async function assertRegistry(dir: string): Promise<void> {
  readPlans(dir, {
    onFault: (fault) => {
      throw fault;
    },
  });
}
