import { planFileExists } from "./plan-file.ts";
import { readPlans } from "./plan-registry.ts";
import { planRows } from "./session-plan-rules.ts";
import { knownPlan, type SessionPlan } from "./session-plan.ts";

/** The plan of one session, as a table shows it. */
export interface SessionPlanRow extends SessionPlan {
  sessionKey: string;
  /** Absent where a tool wrote the entry that knows only the short key. */
  sessionID?: string;
  /** Whether `.ai/plan-<plan>.md` is there. */
  fileExists: boolean;
}

/**
 * One row per session, in the order of the file: by when their key, and under it they themselves,
 * were first registered. Never throws, takes no lock.
 */
export async function listPlans(dir: string): Promise<SessionPlanRow[]> {
  return planRows(readPlans(dir)).map(({ plan, ...ids }) => ({
    ...knownPlan(plan),
    ...ids,
    fileExists: planFileExists(dir, plan.plan),
  }));
}
