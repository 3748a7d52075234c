import { clearActiveSpec, getActiveSpec } from "@x/planning";

import type { Command } from "../command.ts";
import { planningRoot } from "../specs/planning-root.ts";

export const planningDeactivate: Command = {
  synopsis: "",
  example: "cabinet planning deactivate --json",
  arguments: 0,
  run: async (invocation) => {
    const root = await planningRoot(invocation);
    const previous = getActiveSpec({ root: root.path }, invocation);
    clearActiveSpec({ root: root.path });
    const text = previous === null ? "No spec was active." : `${previous} is not active any more.`;
    return { data: { root, previous }, text: () => text };
  },
};
