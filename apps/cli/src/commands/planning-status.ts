import type { CloseoutReport } from "@x/planning/phases";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command, Style } from "../command.ts";
import { factList } from "../screen/fact-list.ts";
import { closeoutAtHand } from "../specs/closeout-at-hand.ts";
import { closeoutLines } from "../specs/closeout-lines.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { SPEC_OPTION } from "../specs/spec-named.ts";
import { specFacts, specStanding, type SpecStanding } from "../specs/spec-standing.ts";

export const planningStatus: Command = {
  synopsis: "",
  example: "cabinet planning status --json",
  arguments: 0,
  options: SPEC_OPTION,
  run: async (invocation) => {
    const { options, onWarning } = invocation;
    const root = await planningRoot(invocation);
    const standing = await specStanding(root.path, textOption(options, "spec"), onWarning);
    const closeout = await closeoutAtHand(invocation);
    return {
      data: { root, ...standing, closeout },
      text: (style) => page(standing, closeout, style),
      ...(standing.active === null && {
        hint: "`cabinet planning activate <spec>` makes one active.",
      }),
    };
  },
};

function page(standing: SpecStanding, closeout: CloseoutReport | null, style: Style): string {
  const { active, spec } = standing;
  const none = active === null ? "No spec is active." : `${active} is active.`;
  const first = spec === null ? printable(none) : factList(specFacts({ ...standing, spec }), style);
  const lines = closeout === null ? [] : ["", ...closeoutLines(closeout, style)];
  return [first, ...lines].join("\n");
}
