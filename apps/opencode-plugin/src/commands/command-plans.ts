import { listPlanFiles, listPlans } from "@x/registry-core/session-plans";

import type { Client, CommandCall, CommandOutput } from "../opencode.ts";
import { setText } from "./command-text.ts";
import { markdownTable } from "./markdown.ts";

/**
 * A hook for `command.execute.before`: `/plans` becomes a table of the project's plans, with their status, session and
 * time. The client shows a toast with how many there are, where it can. It may throw; who hooks it into a client
 * guards it.
 */
export function createCommandPlansHook(
  dir: string,
  client?: Client | null,
): (call: CommandCall, output: CommandOutput) => Promise<void> {
  return async ({ command }, output) => {
    if (command !== "plans") return;
    const rows = await planTable(dir);
    const count = rows.length === 1 ? "1 plan" : `${rows.length} plans`;
    const more =
      rows.length > MOST_ROWS ? `\n\n(${rows.length - MOST_ROWS} more: \`cabinet plans\`)` : "";
    const table = tableOf(rows.slice(-MOST_ROWS));
    setText(output, rows.length === 0 ? NO_PLANS : `${INSTRUCTION}\n\n${table}${more}`);
    showCount(client, count);
  };
}

const INSTRUCTION = "Show the user this table of the project's plans as it is, and nothing else:";
const MOST_ROWS = 200;
const NO_PLANS =
  "There are no plans in `.ai/` of this project. Tell the user so, and that a plan is a file `.ai/plan-<name>.md`.";

type Row = readonly [plan: string, status: string, session: string, created: string];

async function planTable(dir: string): Promise<Row[]> {
  const registered = await listPlans(dir);
  const names = new Set(registered.map(({ plan }) => plan));
  const untracked = (await listPlanFiles(dir)).filter((name) => !names.has(name));
  return [
    ...registered.map(({ plan, status, sessionID, sessionKey, createdAt, fileExists }): Row => {
      return [
        plan,
        fileExists ? status : `${status}, its file is gone`,
        sessionID ?? sessionKey,
        createdAt,
      ];
    }),
    ...untracked.map((name): Row => [name, "untracked", "-", "-"]),
  ];
}

function tableOf(rows: readonly Row[]): string {
  return markdownTable(["Plan", "Status", "Session", "Created"], rows);
}

/** Nobody waits for it, and it never fails the command. */
function showCount(client: Client | null | undefined, message: string): void {
  try {
    const shown = client?.tui?.showToast?.({ body: { title: "Plans", message, variant: "info" } });
    void Promise.resolve(shown).catch(() => undefined);
  } catch {
    // As above.
  }
}
