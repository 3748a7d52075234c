import { closeoutReport as reportOn } from "@x/planning/phases";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { leaseRoot } from "../leases/lease-root.ts";
import { closeoutLines } from "../specs/closeout-lines.ts";
import { planningRoot } from "../specs/planning-root.ts";

export const closeoutReport: Command = {
  synopsis: "",
  example: "cabinet closeout-report --phase 3",
  arguments: 0,
  options: {
    phase: {
      type: "string",
      value: "<id>",
      completes: "phase",
      summary: "Default: the last one that is done",
    },
  },
  run: async (invocation) => {
    const phase = textOption(invocation.options, "phase");
    const root = await planningRoot(invocation);
    const leases = await leaseRoot(invocation);
    const now = invocation.now();
    const report = reportOn({ root: root.path, leaseRoot: leases.path, phase, now });
    return {
      data: { root, ...report },
      text: (style) => closeoutLines(report, style).join("\n"),
      ...(report.status === "blocked" && { exitCode: EXIT.failed }),
    };
  },
};
