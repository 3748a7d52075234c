import { checkout, SESSION, writeRegistryText } from "./checkout.ts";

/** A session of the same bucket as the usual one: they share more than its key. */
export const OTHER = "ses_66d1ffffffffOtherOtherOthe";
export const createdAt = "2026-03-01T10:00:00.000Z";
export const login = { plan: "login", createdAt, status: "reviewed" };

/** A registry with these sessions, all of one bucket. */
export function registryOf(sessions: Record<string, object>): unknown {
  const [sessionID = "", latest] = Object.entries(sessions).at(-1) ?? [];
  return { ses_66d: { ...latest, sessionID, sessions } };
}

/** Two plans, each with a session, and one that nobody has registered. */
export function busyCheckout(): string {
  const dir = checkout(["login", "login-retry", "search"]);
  const retry = { ...login, plan: "login-retry", status: "created", parentID: SESSION };
  writeRegistryText(dir, registryOf({ [SESSION]: login, [OTHER]: retry }));
  return dir;
}
