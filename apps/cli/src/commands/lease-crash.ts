import { crashLease } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import { textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { EPOCH_OPTION, epochFor } from "../leases/lease-fence.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { leaseLabel } from "../screen/phase-word.ts";

export const leaseCrash: Command = {
  synopsis: "<phase> --reason <text>",
  example: "cabinet lease crash 3 --reason 'the agent gave up'",
  arguments: 1,
  completes: ["open-lease"],
  options: {
    reason: { type: "string", value: "<text>", summary: "What went wrong" },
    ...EPOCH_OPTION,
  },
  run: async (invocation) => {
    const [phase = ""] = invocation.positionals;
    const reason = textOption(invocation.options, "reason");
    if (reason === undefined) throw usageError("What went wrong? --reason <text> is missing.");
    const root = await leaseRoot(invocation);
    const epoch = epochFor(invocation, root, phase);
    const lease = crashLease(root.path, phase, reason, { epoch, ...leaseOptions(invocation) });
    return {
      data: { root, lease },
      text: () => printable(`Marked ${leaseLabel(lease)} as crashed.`),
    };
  },
};
