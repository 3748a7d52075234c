import {
  type PlanText,
  assertRegistry,
  listPlans,
  lookupPlan,
  type SessionPlanEntry,
  type SessionPlanRow,
} from "@x/registry-core/session-plans";
import { printable, printableLines } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command, Style } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { findSession, sessionLabel, sessionNotFound } from "../plans/find-session.ts";
import { plansRoot } from "../plans/plans-root.ts";
import { readPlanText } from "../plans/read-plan-text.ts";
import { planFileGone, requirePlan } from "../plans/require-plan.ts";

export const plansShow: Command = {
  synopsis: "[<plan>] [--session <id>]",
  example: "cabinet plans show auth-fix",
  arguments: 0,
  optionalArguments: 1,
  completes: ["plan"],
  options: {
    session: {
      type: "string",
      value: "<id>",
      completes: "session",
      summary: "Show the plan of this session",
    },
  },
  run: async (invocation) => {
    const { positionals, options, onWarning } = invocation;
    const session = textOption(options, "session");
    const root = await plansRoot(invocation);
    await assertRegistry(root.path);
    const shown = await findShown(root.path, positionals[0], session);
    const file = await readPlanText(root.path, shown.plan, onWarning);
    return {
      data: { root, plan: shown.plan, path: file.path, ...registration(shown), text: file.text },
      text: (style) => page(shown, file, style),
    };
  },
};

interface Shown {
  readonly plan: string;
  /** What the registry says of it; absent for an untracked plan. */
  readonly row?: SessionPlanRow | undefined;
}

async function findShown(
  dir: string,
  argument: string | undefined,
  session: string | undefined,
): Promise<Shown> {
  const rows = await listPlans(dir);
  const ofSession = session === undefined ? undefined : await findBySession(dir, rows, session);
  if (ofSession !== undefined && argument === undefined) return ofSession;
  const { plan, entry } = await requirePlan(dir, argument);
  if (ofSession === undefined) return { plan, row: rowOf(rows, entry) };
  if (ofSession.plan === plan) return ofSession;
  const label = ofSession.row === undefined ? session : sessionLabel(ofSession.row);
  const message = `Session ${label} has plan "${ofSession.plan}", not "${plan}".`;
  throw new CliError("CABINET_USAGE", message, "Give the plan or the session, not both.");
}

async function findBySession(
  dir: string,
  rows: readonly SessionPlanRow[],
  session: string,
): Promise<Shown> {
  const row = findSession(rows, session);
  if (row?.fileExists === false) throw planFileGone(dir, row.plan);
  if (row !== undefined) return { plan: row.plan, row };
  // It may still be the session whose plan an older tool has filed under the short key.
  const unnamed = await lookupPlan(dir, session);
  if (unnamed === null) throw sessionNotFound(session);
  return { plan: unnamed.plan, row: rowOf(rows, unnamed) };
}

function rowOf(
  rows: readonly SessionPlanRow[],
  entry: SessionPlanEntry | null,
): SessionPlanRow | undefined {
  return rows.find(
    ({ plan, sessionID, createdAt }) =>
      plan === entry?.plan && sessionID === entry.sessionID && createdAt === entry.createdAt,
  );
}

function registration({ row }: Shown): Partial<SessionPlanEntry> {
  if (row === undefined) return {};
  const { status, createdAt, sessionID, parentID } = row;
  return {
    status,
    createdAt,
    ...(sessionID !== undefined && { sessionID }),
    ...(parentID !== undefined && { parentID }),
  };
}

function page({ plan, row }: Shown, { path, text }: PlanText, style: Style): string {
  const facts: [label: string, fact: string | undefined][] = [
    ["plan", plan],
    ["status", row?.status ?? "untracked"],
    ["session", row && sessionLabel(row)],
    ["parent", row?.parentID],
    ["created", row?.createdAt],
    ["file", path],
  ];
  const head = facts.flatMap(([label, fact]) =>
    fact === undefined ? [] : `${style.bold(label.padEnd("session".length))}  ${printable(fact)}`,
  );
  const body = text === "" ? [] : ["", printableLines(text).replace(/\n$/, "")];
  return [...head, ...body].join("\n");
}
