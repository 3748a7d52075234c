import { type Conflict, migrateSpecs, type Move } from "@x/planning";

import type { Command, Style } from "../command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { type Cell, table } from "../screen/table.ts";
import { planningRoot } from "../specs/planning-root.ts";

export const planningMigrate: Command = {
  synopsis: "",
  example: "cabinet planning migrate --dry-run",
  arguments: 0,
  options: {
    "dry-run": { type: "boolean", summary: "Say what would be done, and change nothing" },
  },
  run: async (invocation) => {
    const root = await planningRoot(invocation);
    const dryRun = invocation.options["dry-run"] === true;
    const { moves, conflicts } = migrateSpecs({ root: root.path }, { dryRun });
    return {
      data: { root, dryRun, moves, conflicts },
      text: (style) => tableOf(moves, conflicts, dryRun, style),
      ...(conflicts.length > 0 && {
        exitCode: EXIT.failed,
        hint: "What is left as it is, is yours to sort out; then run the command again.",
      }),
    };
  },
};

function tableOf(
  moves: readonly Move[],
  conflicts: readonly Conflict[],
  dryRun: boolean,
  style: Style,
): string {
  if (moves.length + conflicts.length === 0) return "Nothing has to be migrated.";
  const done = dryRun ? "to do" : "done";
  const rows: Cell[][] = [
    ...moves.map(({ from, to }) => [
      { text: from },
      { text: to },
      { text: done, paint: style.green },
    ]),
    ...conflicts.map(({ from, to, reason }) => [
      { text: from },
      { text: to },
      { text: `left as it is: ${reason}`, paint: style.yellow },
    ]),
  ];
  return table(["FOLDER", "SPEC", "STATE"], rows, style);
}
