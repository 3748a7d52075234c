import type { UpdateOptions } from "../define-registry.ts";
import type { RegistryError } from "../errors.ts";
import { readPlans, updatePlans } from "./plan-registry.ts";
import { findRegisteredPlan, withStatus } from "./session-plan-rules.ts";
import {
  isStatus,
  knownPlan,
  type SessionPlan,
  type SessionPlanStatus,
  STATUSES,
} from "./session-plan.ts";

/**
 * Gives this session's plan another status, and gives what is stored then; null for a session without
 * a plan, and then nothing is created or changed. The entry's own status, which older tools read,
 * changes with that of its latest session only. Atomic, durable, exclusive. Of a registry that cannot be
 * used, `onWarning` hears (`REGISTRY_CORRUPT`, `REGISTRY_UNREADABLE`): then no session has a plan.
 *
 * Throws a TypeError for a status that there is not, and what `registerPlan` throws of files.
 */
export async function updatePlanStatus(
  dir: string,
  sessionID: string,
  status: SessionPlanStatus,
  options: UpdateOptions = {},
): Promise<SessionPlan | null> {
  if (!isStatus(status)) {
    throw new TypeError(`a status is ${STATUSES.join(", ")}, not ${JSON.stringify(status)}`);
  }
  // Who has nothing to change waits for no lock. It is looked at again under it.
  const onFault = ({ code, message, path }: RegistryError): void =>
    options.onWarning?.({ code, message, path });
  if (findRegisteredPlan(readPlans(dir, { onFault }), sessionID) === undefined) return null;
  return updatePlans(
    dir,
    (before) => {
      const plans = withStatus(before, sessionID, status);
      const stored = plans && findRegisteredPlan(plans, sessionID);
      return { plans, result: stored === undefined ? null : knownPlan(stored) };
    },
    options,
  );
}
