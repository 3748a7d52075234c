import { resolve } from "node:path";

import { initializeStatus, readSpecName } from "@x/planning";

import { textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { planningRoot } from "../planning-root.ts";
import { printable } from "../printable.ts";
import { specInfo } from "../spec-info.ts";

export const planningSetup: Command = {
  synopsis: "--spec <path>",
  example: "cabinet planning setup --spec specs/login.md",
  arguments: 0,
  options: {
    spec: { type: "string", value: "<path>", summary: "The spec's file, with its name on top" },
  },
  run: async (invocation) => {
    const { options, cwd, onWarning } = invocation;
    const path = textOption(options, "spec");
    if (path === undefined) throw usageError("Which spec? --spec <path> is missing.");
    const root = await planningRoot(invocation);
    const file = resolve(cwd(), path);
    const name = readSpecName(file);
    const isNew = initializeStatus(name, file, { root: root.path });
    const spec = specInfo(name, root, onWarning);
    const done = isNew ? "Set up" : "Already set up:";
    return {
      data: { root, spec, isNew },
      text: () => printable(`${done} ${name} (${spec.specPath}).`),
      ...(!spec.isActive && { hint: `\`cabinet planning activate ${name}\` makes it active.` }),
    };
  },
};
