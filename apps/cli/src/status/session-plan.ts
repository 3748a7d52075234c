import { assertRegistry, listPlans, type SessionPlanRow } from "@x/registry-core/session-plans";

import { textOption } from "../arguments.ts";
import type { Invocation } from "../command.ts";
import { findSession } from "../plans/find-session.ts";

/** Who asks, and how that is known. */
interface AskingSession {
  readonly id: string;
  readonly from: "option" | "environment";
}

export interface SessionPlan {
  /** Null: nobody has said which session asks. */
  readonly session: AskingSession | null;
  /** That of the session; where it is not known, the one that was filed last. */
  readonly plan: SessionPlanRow | null;
}

/**
 * The session of --session or of `CABINET_SESSION`, which the plugin sets for what agents run, and its plan. Null
 * where the registry of plans cannot be used, which is among the findings. Throws `CABINET_SESSION_AMBIGUOUS`.
 */
export async function sessionPlan(
  root: string,
  { options, env }: Pick<Invocation, "options" | "env">,
): Promise<SessionPlan | null> {
  const given = textOption(options, "session");
  const id = given ?? (env["CABINET_SESSION"]?.trim() || undefined);
  const rows = await readableRows(root);
  if (rows === null) return null;
  if (id === undefined) return { session: null, plan: latestOf(rows) ?? null };
  const from = given === undefined ? "environment" : "option";
  return { session: { id, from }, plan: findSession(rows, id) ?? null };
}

async function readableRows(root: string): Promise<readonly SessionPlanRow[] | null> {
  try {
    await assertRegistry(root);
    return await listPlans(root);
  } catch {
    // The reason is among the findings.
    return null;
  }
}

/** By the time of their registration; what has none that can be read is older than all others. */
function latestOf(rows: readonly SessionPlanRow[]): SessionPlanRow | undefined {
  const timeOf = ({ createdAt }: SessionPlanRow): number => Date.parse(createdAt) || 0;
  return rows.reduce<SessionPlanRow | undefined>(
    (latest, row) => (latest !== undefined && timeOf(latest) > timeOf(row) ? latest : row),
    undefined,
  );
}
