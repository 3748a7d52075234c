import {
  assertRegistry,
  listPlans,
  type SessionPlanRow,
  type SessionPlanStatus,
  updatePlanStatus,
} from "@x/registry-core/session-plans";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { noStatus } from "../errors/no-status.ts";
import { findSession, registeredID, sessionLabel, sessionNotFound } from "../plans/find-session.ts";
import { parsePlanArgument } from "../plans/plan-argument.ts";
import { plansRoot } from "../plans/plans-root.ts";
import { candidateList } from "../screen/candidate-list.ts";

const STATUSES = {
  created: true,
  reviewed: true,
  executed: true,
  failed: true,
} as const satisfies Record<SessionPlanStatus, true>;

export const plansSetStatus: Command = {
  synopsis: "<status> --session <id>",
  example: "cabinet plans set-status executed --session ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
  arguments: 1,
  completes: [Object.keys(STATUSES)],
  options: {
    session: {
      type: "string",
      value: "<id>",
      completes: "session",
      summary: "The session whose plan it is",
    },
    plan: {
      type: "string",
      value: "<plan>",
      completes: "registered-plan",
      summary: "Instead of --session, where only one session has this plan",
    },
  },
  run: async (invocation) => {
    const { positionals, options, onWarning } = invocation;
    const status = requireStatus(positionals[0] ?? "");
    const session = textOption(options, "session");
    const plan = textOption(options, "plan");
    const name = plan === undefined ? undefined : parsePlanArgument(plan).name;
    if (session === undefined && name === undefined) throw targetMissing();
    const root = await plansRoot(invocation);
    await assertRegistry(root.path);
    const row = findRow(await listPlans(root.path), session, name);
    // Without a row it may still be the session whose plan an older tool has filed under the short key.
    const id = row === undefined ? (session ?? "") : registeredID(row);
    const stored = await updatePlanStatus(root.path, id, status, { onWarning });
    if (stored === null) throw sessionNotFound(id);
    const label = printable(row === undefined ? id : sessionLabel(row));
    const ids = row?.sessionID === undefined ? {} : { sessionID: row.sessionID };
    return {
      data: { root, ...ids, plan: stored },
      text: () => `Plan ${printable(stored.plan)} of session ${label} is now ${status}.`,
    };
  },
};

function requireStatus(word: string): SessionPlanStatus {
  if (isStatus(word)) return word;
  throw noStatus(word, "a plan", Object.keys(STATUSES));
}

function isStatus(word: string): word is SessionPlanStatus {
  return Object.hasOwn(STATUSES, word);
}

function targetMissing(): CliError {
  const hint = "Add --session <id> or --plan <plan>; `cabinet plans` shows both.";
  return new CliError("CABINET_USAGE", "Whose plan is it? The session id is missing.", hint);
}

/** The registration that session and plan name together; undefined when no session is like that one. */
function findRow(
  rows: readonly SessionPlanRow[],
  session: string | undefined,
  name: string | undefined,
): SessionPlanRow | undefined {
  if (session === undefined) return requireOnlyRow(rows, name ?? "");
  const row = findSession(rows, session);
  if (name === undefined || row?.plan === name) return row;
  if (row === undefined) throw sessionNotFound(session);
  const message = `Session ${sessionLabel(row)} has plan "${row.plan}", not "${name}".`;
  throw new CliError("CABINET_USAGE", message, "Give the session or the plan, not both.");
}

/** No closest plan here, as nobody sees which one is changed. */
function requireOnlyRow(rows: readonly SessionPlanRow[], name: string): SessionPlanRow {
  const [row, ...others] = rows.filter(({ plan }) => plan === name);
  if (row === undefined) {
    const message = `No session has registered a plan "${name}".`;
    const hint = "`cabinet plans` shows who has which plan; `cabinet plans adopt` files one.";
    throw new CliError("CABINET_PLAN_NOT_FOUND", message, hint);
  }
  if (others.length === 0) return row;
  const ids = candidateList([row, ...others].map(sessionLabel));
  const message = `Plan "${name}" belongs to ${others.length + 1} sessions: ${ids}.`;
  throw new CliError("CABINET_SESSION_AMBIGUOUS", message, "Say which one with --session <id>.");
}
