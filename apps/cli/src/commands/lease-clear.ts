import { clearLease } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { EPOCH_OPTION, epochFor } from "../leases/lease-fence.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { lastClearingOf } from "../restore/restorable-leases.ts";
import { phaseLabel, phaseWord } from "../screen/phase-word.ts";
import { plural } from "../screen/plural.ts";

export const leaseClear: Command = {
  synopsis: "<phase>",
  example: "cabinet lease clear 3 --force",
  arguments: 1,
  completes: ["lease"],
  options: {
    force: { type: "boolean", summary: "Also where the lease is open" },
    ...EPOCH_OPTION,
  },
  run: async (invocation) => {
    const [phase = ""] = invocation.positionals;
    const root = await leaseRoot(invocation);
    const epoch = epochFor(invocation, root, phase);
    const force = invocation.options["force"] === true;
    const options = leaseOptions(invocation);
    const lease = clearLease(root.path, phase, { epoch, force, ...options });
    const cleared = lastClearingOf(root.path, phase, options)?.leases.length ?? 0;
    return {
      data: { root, lease, cleared },
      text: () => printable(`Cleared ${plural(cleared, "lease")} of phase ${phaseLabel(phase)}.`),
      hint: `\`cabinet restore lease:${phaseWord(phase)}\` brings back what was cleared.`,
    };
  },
};
