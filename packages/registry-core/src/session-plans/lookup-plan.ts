import { planFileExists } from "./plan-file.ts";
import { readDocumentOrNothing } from "./read-registry.ts";
import { findPlan, type SessionPlan } from "./session-plan.ts";

/**
 * The plan of this very session, or null when it has none or the plan's file is gone. Sessions
 * that merely share the short key are not a match. Never throws, takes no lock.
 */
export async function lookupPlan(dir: string, sessionID: string): Promise<SessionPlan | null> {
  const found = findPlan(readDocumentOrNothing(dir), sessionID);
  return found !== undefined && planFileExists(dir, found.plan) ? found : null;
}
