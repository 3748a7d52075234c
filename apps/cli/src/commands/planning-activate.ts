import { getActiveSpec, readSpec, setActiveSpec } from "@x/planning";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { specNamed } from "../specs/spec-named.ts";

export const planningActivate: Command = {
  synopsis: "<spec | path>",
  example: "cabinet planning activate login",
  arguments: 1,
  completes: ["spec-or-file"],
  run: async (invocation) => {
    const { positionals, cwd, onWarning } = invocation;
    const root = await planningRoot(invocation);
    const name = specNamed(positionals[0] ?? "", root, cwd);
    const place = { root: root.path };
    // What was active is not in the way, whatever became of it.
    const previous = getActiveSpec(place, { onWarning: () => undefined });
    setActiveSpec(name, place);
    const spec = readSpec(name, place, { onWarning });
    return { data: { root, spec, previous }, text: () => printable(`${name} is active.`) };
  },
};
