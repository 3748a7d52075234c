import { listSpecs, readSpec, setActiveSpec, type SpecInfo } from "@x/planning";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { EXIT } from "../errors/exit-code.ts";
import type { Choice } from "../host.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { NO_SPECS_HINT, specTable } from "../specs/spec-table.ts";

export const planningSwitch: Command = {
  synopsis: "",
  example: "cabinet planning switch --verbose",
  arguments: 0,
  run: async (invocation) => {
    const { options, host } = invocation;
    const root = await planningRoot(invocation);
    const specs = listSpecs({ root: root.path }, invocation);
    // Who reads JSON does not choose by hand.
    if (host.choose === undefined || options["json"] === true || specs.length === 0) {
      const hint = "`cabinet planning activate <spec>` makes one active.";
      return {
        data: { root, specs },
        text: (style) => specTable(specs, style),
        hint: specs.length === 0 ? NO_SPECS_HINT : hint,
      };
    }
    const active = specs.find(({ isActive }) => isActive)?.name;
    const chosen = await host.choose("Which spec is to be active?", specs.map(choiceOf), active);
    if (chosen === undefined) {
      return {
        data: { root, specs },
        text: () => "Nothing was changed.",
        exitCode: EXIT.failed,
      };
    }
    const place = { root: root.path };
    setActiveSpec(chosen, place);
    const spec = readSpec(chosen, place, invocation);
    return { data: { root, spec }, text: () => printable(`${chosen} is active.`) };
  },
};

function choiceOf({ name, specPath, lastKnownBranch, isActive }: SpecInfo): Choice {
  const label = printable(isActive ? `${name} (active)` : name);
  return { value: name, label, hint: printable(lastKnownBranch ?? specPath) };
}
