import { assertRegistry, listPlanFiles, listPlans } from "@x/registry-core/session-plans";

import type { Command, Style } from "../command.ts";
import { sessionLabel } from "../plans/find-session.ts";
import { plansRoot } from "../plans/plans-root.ts";
import { type Cell, table } from "../screen/table.ts";

const HEADING = ["PLAN", "STATUS", "SESSION", "CREATED"] as const;

export const plans: Command = {
  synopsis: "",
  example: "cabinet plans --json",
  arguments: 0,
  run: async (invocation) => {
    const root = await plansRoot(invocation);
    const { path } = root;
    await assertRegistry(path);
    const registered = await listPlans(path);
    const known = new Set(registered.map(({ plan }) => plan));
    const untracked = (await listPlanFiles(path)).filter((name) => !known.has(name));
    const text = (style: Style): string => {
      const rows = [
        ...registered.map((row) => [
          { text: row.plan },
          statusCell(row.status, row.fileExists, style),
          { text: sessionLabel(row) },
          { text: row.createdAt, paint: style.dim },
        ]),
        ...untracked.map((name) => [
          { text: name },
          { text: "untracked", paint: style.yellow },
          { text: "-" },
          { text: "-" },
        ]),
      ];
      return rows.length === 0 ? "No plans found." : table(HEADING, rows, style);
    };
    const isEmpty = registered.length + untracked.length === 0;
    return {
      data: { root, plans: registered, untracked },
      text,
      ...(isEmpty && { hint: `A plan is a file .ai/plan-<name>.md in ${path}.` }),
    };
  },
};

function statusCell(status: string, fileExists: boolean, style: Style): Cell {
  if (!fileExists) return { text: `${status}, file missing`, paint: style.red };
  return status === "executed" ? { text: status, paint: style.green } : { text: status };
}
