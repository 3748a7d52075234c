import { closeLease } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { EPOCH_OPTION, epochFor } from "../leases/lease-fence.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { leaseLabel } from "../screen/phase-word.ts";

export const leaseClose: Command = {
  synopsis: "<phase>",
  example: "cabinet lease close 3 --epoch 4",
  arguments: 1,
  completes: ["open-lease"],
  options: EPOCH_OPTION,
  run: async (invocation) => {
    const [phase = ""] = invocation.positionals;
    const root = await leaseRoot(invocation);
    const epoch = epochFor(invocation, root, phase);
    const lease = closeLease(root.path, phase, { epoch, ...leaseOptions(invocation) });
    return { data: { root, lease }, text: () => printable(`Closed ${leaseLabel(lease)}.`) };
  },
};
