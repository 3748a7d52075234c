import { assertRegistry, listPlans, type SessionPlanRow } from "@x/registry-core/session-plans";

import { textOption } from "../arguments.ts";
import type { Invocation } from "../command.ts";
import { findSession } from "../find-session.ts";
import { warningOf } from "../warning-of.ts";

/** Who asks, and how that is known. */
export interface AskingSession {
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
 * The session of --session or of `CABINET_SESSION`, which the plugin sets for what agents run, and its plan. A
 * registry that cannot be used hides nothing else: it is a warning.
 */
export async function sessionPlan(
  root: string,
  { options, env, onWarning }: Invocation,
): Promise<SessionPlan> {
  const given = textOption(options, "session");
  const id = given ?? (env["CABINET_SESSION"]?.trim() || undefined);
  const session =
    id === undefined
      ? null
      : ({ id, from: given === undefined ? "environment" : "option" } as const);
  try {
    await assertRegistry(root);
    const rows = await listPlans(root);
    const plan = id === undefined ? latestOf(rows) : findSession(rows, id);
    return { session, plan: plan ?? null };
  } catch (error) {
    onWarning(warningOf(error, root));
    return { session, plan: null };
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
