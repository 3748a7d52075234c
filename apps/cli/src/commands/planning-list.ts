import { listSpecs } from "@x/planning";

import type { Command } from "../command.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { NO_SPECS_HINT, specTable } from "../specs/spec-table.ts";

export const planningList: Command = {
  synopsis: "",
  example: "cabinet planning list --json",
  arguments: 0,
  run: async (invocation) => {
    const root = await planningRoot(invocation);
    const specs = listSpecs({ root: root.path }, invocation);
    return {
      data: { root, specs },
      text: (style) => specTable(specs, style),
      ...(specs.length === 0 && { hint: NO_SPECS_HINT }),
    };
  },
};
