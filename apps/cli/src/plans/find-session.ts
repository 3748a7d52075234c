import type { SessionPlanRow } from "@x/registry-core/session-plans";

import { CliError } from "../errors/cli-error.ts";
import { candidateList } from "../screen/candidate-list.ts";

// As long as the key in the file, which is what people see of a plan that an older tool has filed.
const SHORTEST_PREFIX = 7;

/**
 * The registered session that a person means: the one with that very id; else the only one whose id
 * begins so, from seven characters. Throws `CABINET_SESSION_AMBIGUOUS` when several do.
 */
export function findSession(
  rows: readonly SessionPlanRow[],
  given: string,
): SessionPlanRow | undefined {
  const own = rows.find(({ sessionID }) => sessionID === given);
  if (own !== undefined || given.length < SHORTEST_PREFIX) return own;
  const matches = rows.filter((row) => registeredID(row).startsWith(given));
  if (matches.length > 1) {
    const ids = candidateList(matches.map(sessionLabel));
    const message = `"${given}" may mean any of ${matches.length} sessions: ${ids}.`;
    throw new CliError("CABINET_SESSION_AMBIGUOUS", message, "Give the whole id.");
  }
  return matches[0];
}

/** The id that the row is stored under: the short key, where no more is known. */
export function registeredID({ sessionID, sessionKey }: SessionPlanRow): string {
  return sessionID ?? sessionKey;
}

/** The session for people, who see from it whether the id is whole. */
export function sessionLabel({ sessionID, sessionKey }: SessionPlanRow): string {
  return sessionID ?? `${sessionKey}…`;
}

export function sessionNotFound(given: string): CliError {
  const message = `No plan is registered for session ${given}.`;
  const hint = "`cabinet plans` shows the sessions; a short form has at least 7 characters.";
  return new CliError("CABINET_PLAN_NOT_FOUND", message, hint);
}
