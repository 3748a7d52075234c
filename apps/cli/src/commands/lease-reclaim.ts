import { reclaimLease } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { EPOCH_OPTION } from "../leases/lease-fence.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { wholeNumberOption } from "../options/whole-number-option.ts";
import { leaseLabel } from "../screen/phase-word.ts";

export const leaseReclaim: Command = {
  synopsis: "<phase>",
  example: "cabinet lease reclaim 3",
  arguments: 1,
  completes: ["open-lease"],
  options: {
    reason: { type: "string", value: "<text>", summary: "Is noted beside what was seen" },
    ...EPOCH_OPTION,
  },
  run: async (invocation) => {
    const { positionals, options } = invocation;
    const [phase = ""] = positionals;
    const reason = textOption(options, "reason");
    // Whoever reclaims means the lease of somebody else: the caller's own is no fence here.
    const epoch = wholeNumberOption(options, "epoch");
    const root = await leaseRoot(invocation);
    const lease = reclaimLease(root.path, phase, { epoch, reason, ...leaseOptions(invocation) });
    return {
      data: { root, lease },
      text: () => printable(`Reclaimed ${leaseLabel(lease)}: it is marked as crashed.`),
    };
  },
};
