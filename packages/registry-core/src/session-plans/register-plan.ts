import type { UpdateOptions } from "../define-registry.ts";
import { assertPlanName } from "./plan-file.ts";
import { updatePlans } from "./plan-registry.ts";
import { assertSessionID } from "./session-id.ts";
import { withPlan } from "./session-plan-rules.ts";
import { knownPlan, type SessionPlan } from "./session-plan.ts";

/** The session above this one, the clock, and how the registry is changed. */
export interface RegisterOptions extends UpdateOptions {
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
  /** The session that started this one. */
  readonly parentID?: string | undefined;
}

/**
 * Files the plan for this session, as `created` now, and gives what was stored; a former plan of the same
 * session is superseded. Atomic, durable, and exclusive across processes: no registration is lost, none
 * mixed. A corrupt registry is set aside first, with a warning.
 *
 * Throws `NameError`; a TypeError for what is no session id; `RegistryError` when the project folder is
 * missing or the registry cannot be read; `WriteError`, `LockedError` and `LockLostError` of `@x/atomic-fs`.
 * Then nothing was changed, unless a `WriteError` says `installed`.
 */
export async function registerPlan(
  dir: string,
  sessionID: string,
  plan: string,
  options: RegisterOptions = {},
): Promise<SessionPlan> {
  assertSessionID(sessionID);
  assertPlanName(plan);
  const { now = () => new Date(), parentID, ...updateOptions } = options;
  if (parentID !== undefined) assertSessionID(parentID);
  return updatePlans(
    dir,
    (plans) => {
      // Told under the lock: what is registered later is later.
      const createdAt = now().toISOString();
      const parent = parentID === undefined ? {} : { parentID };
      const registration = { plan, createdAt, status: "created", ...parent } as const;
      const { plans: next, stored } = withPlan(plans, sessionID, registration);
      return { plans: next, result: knownPlan(stored) };
    },
    updateOptions,
  );
}
