import { getActiveSpec } from "@x/planning";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { factList } from "../fact-list.ts";
import { planningRoot } from "../planning-root.ts";
import { specInfo } from "../spec-info.ts";
import { SPEC_OPTION } from "../spec-named.ts";
import { NO_SPECS_HINT } from "../spec-table.ts";

export const planningStatus: Command = {
  synopsis: "",
  example: "cabinet planning status --json",
  arguments: 0,
  options: SPEC_OPTION,
  run: async (invocation) => {
    const { options, onWarning } = invocation;
    const root = await planningRoot(invocation);
    const active = getActiveSpec({ root: root.path }, { onWarning });
    const name = textOption(options, "spec") ?? active;
    if (name === null) {
      return {
        data: { root, active, spec: null },
        text: () => "No spec is active.",
        hint: NO_SPECS_HINT,
      };
    }
    const spec = specInfo(name, root, () => undefined);
    return {
      data: { root, active, spec },
      text: (style) =>
        factList(
          [
            ["spec", name],
            ["file", spec.specPath],
            ["branch", spec.lastKnownBranch ?? "none is known"],
          ],
          style,
        ),
    };
  },
};
