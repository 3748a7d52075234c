import { resolve } from "node:path";

import { initializeStatus, readSpec, readSpecName, readStatus } from "@x/planning";
import { printable } from "@x/registry-core/text";

import { textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { commandWord } from "../screen/phase-word.ts";
import { planningRoot } from "../specs/planning-root.ts";

export const planningSetup: Command = {
  synopsis: "--spec <path>",
  example: "cabinet planning setup --spec specs/login.md",
  arguments: 0,
  options: {
    spec: {
      type: "string",
      value: "<path>",
      completes: "file",
      summary: "The spec's file, with its name on top",
    },
  },
  run: async (invocation) => {
    const { options, cwd, onWarning } = invocation;
    const path = textOption(options, "spec");
    if (path === undefined) throw usageError("Which spec? --spec <path> is missing.");
    const root = await planningRoot(invocation);
    const file = resolve(cwd(), path);
    const name = readSpecName(file);
    const place = { root: root.path };
    const former = readStatus(name, place)?.spec;
    const isNew = initializeStatus(name, file, place);
    const spec = readSpec(name, place, { onWarning });
    const isMoved = former !== undefined && former !== spec.specPath;
    const already = isMoved ? "Followed the moved file of" : "Already set up:";
    return {
      data: { root, spec, isNew },
      text: () => printable(`${isNew ? "Set up" : already} ${name} (${spec.specPath}).`),
      ...(!spec.isActive && {
        hint: `\`cabinet planning activate ${commandWord(name) ?? "<spec>"}\` makes it active.`,
      }),
    };
  },
};
