import { readSpec, updateLastKnownBranch } from "@x/planning";
import { printable } from "@x/registry-core/text";

import { textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { SPEC_OPTION, specOrActive } from "../specs/spec-named.ts";

// No option can be null; and no branch of that name can be meant.
const NONE = "null";

export const planningUpdateBranch: Command = {
  synopsis: "--branch <branch>",
  example: "cabinet planning update-branch --spec login --branch feat/login",
  arguments: 0,
  options: {
    ...SPEC_OPTION,
    branch: { type: "string", value: "<branch>", summary: "Its short name; null for none" },
  },
  run: async (invocation) => {
    const { options, onWarning } = invocation;
    const branch = textOption(options, "branch");
    if (branch === undefined) throw usageError("Which branch? --branch <branch> is missing.");
    const root = await planningRoot(invocation);
    const name = specOrActive(invocation, root);
    const place = { root: root.path };
    updateLastKnownBranch(name, branch === NONE ? null : branch, place);
    const spec = readSpec(name, place, { onWarning });
    const known = spec.lastKnownBranch ?? "none";
    return {
      data: { root, spec },
      text: () => printable(`The last known branch of ${name} is ${known}.`),
    };
  },
};
