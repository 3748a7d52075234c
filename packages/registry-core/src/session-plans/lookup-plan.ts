import { planFileExists } from "./plan-file.ts";
import { readPlans } from "./plan-registry.ts";
import { findOwnPlan, findUnnamedPlan } from "./session-plan-rules.ts";
import { knownPlan, type SessionPlan } from "./session-plan.ts";

/** The sessions whose plan counts where this one has none of its own. */
export interface LookupOptions {
  /** The sessions that started this one, the nearest first. */
  readonly parents?: readonly string[] | undefined;
  /** The sessions that this one has started. */
  readonly children?: readonly string[] | undefined;
}

/**
 * The plan of this very session; else, where they are given, that of a parent or a child; else the one
 * that an older tool has filed under its short key. Null when there is none, or its file is gone.
 * Sessions that merely share the short key are not a match. Never throws, takes no lock.
 */
export async function lookupPlan(
  dir: string,
  sessionID: string,
  { parents = [], children = [] }: LookupOptions = {},
): Promise<SessionPlan | null> {
  const plans = readPlans(dir);
  const family = [sessionID, ...parents, ...children];
  const [own] = family.flatMap((id) => findOwnPlan(plans, id) ?? []);
  const found = own ?? findUnnamedPlan(plans, sessionID);
  return found !== undefined && planFileExists(dir, found.plan) ? knownPlan(found) : null;
}
