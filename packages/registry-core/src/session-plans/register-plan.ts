import { assertPlanName } from "./plan-file.ts";
import { updateDocument, type UpdateOptions } from "./registry-file.ts";
import { sessionKeyOf, type SessionPlan, withPlan } from "./session-plan.ts";

export interface RegisterOptions extends UpdateOptions {
  /** The clock. Default: the system's. */
  readonly now?: () => Date;
}

/**
 * Files the plan for this session, as `created` now, and gives what was stored; a former plan of
 * the same session is superseded. Atomic, durable, and exclusive across processes: no registration
 * is lost, none mixed. A corrupt registry is set aside first, with a warning.
 *
 * Throws `NameError`; `RegistryError` when the project folder is missing or the registry cannot be
 * read; `WriteError` and `LockedError` of `@x/atomic-fs`. Then nothing was changed.
 */
export async function registerPlan(
  dir: string,
  sessionID: string,
  plan: string,
  options: RegisterOptions = {},
): Promise<SessionPlan> {
  if (sessionID.trim() === "") throw new TypeError("a session id must not be empty");
  assertPlanName(plan);
  const key = sessionKeyOf(sessionID);
  return updateDocument(
    dir,
    (document) => {
      // Told under the lock: what is registered later is later.
      const now = options.now?.() ?? new Date();
      const registration = { plan, createdAt: now.toISOString(), status: "created" } as const;
      const { entry, stored } = withPlan(document.get(key), sessionID, registration);
      return { next: new Map(document).set(key, entry), result: stored };
    },
    options,
  );
}
