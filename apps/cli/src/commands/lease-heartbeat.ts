import { heartbeatLease, type Lease } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { EPOCH_OPTION, epochFor } from "../leases/lease-fence.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { durationOption } from "../options/duration.ts";
import { leaseLabel } from "../screen/phase-word.ts";

export const leaseHeartbeat: Command = {
  synopsis: "<phase>",
  example: "cabinet lease heartbeat 3 --ttl 30m",
  arguments: 1,
  completes: ["open-lease"],
  options: {
    ttl: { type: "string", value: "<duration>", summary: "It expires then; default as before" },
    ...EPOCH_OPTION,
  },
  run: async (invocation) => {
    const [phase = ""] = invocation.positionals;
    const ttl_ms = durationOption(invocation.options, "ttl");
    const root = await leaseRoot(invocation);
    const epoch = epochFor(invocation, root, phase);
    const options = { epoch, ttl_ms, ...leaseOptions(invocation) };
    const lease = heartbeatLease(root.path, phase, options);
    return {
      data: { root, lease },
      text: () => printable(sentenceOf(lease)),
    };
  },
};

function sentenceOf(lease: Lease): string {
  const { expires_at } = lease;
  const end = expires_at === undefined ? "it has no expiry" : `it expires at ${expires_at}`;
  return `Noted a heartbeat of ${leaseLabel(lease)}: ${end}.`;
}
