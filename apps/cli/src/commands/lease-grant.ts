import { grantLease, type Holder, holderOf } from "@x/registry-core/leases";
import { printable } from "@x/registry-core/text";

import type { Command, Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { closeCommand } from "../leases/ending-hint.ts";
import { LEASE_FIELD_OPTIONS, leaseFields } from "../leases/lease-fields.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { wholeNumberOption } from "../options/whole-number-option.ts";
import { leaseLabel } from "../screen/phase-word.ts";

export const leaseGrant: Command = {
  synopsis: "<phase>",
  example: "cabinet lease grant 3 --agent claude-1 --write 'src/auth/**' --ttl 2h",
  arguments: 1,
  completes: ["phase"],
  options: {
    ...LEASE_FIELD_OPTIONS,
    "holder-pid": {
      type: "string",
      value: "<pid>",
      summary: "The process that lives as long as the work",
    },
  },
  run: async (invocation) => {
    const root = await leaseRoot(invocation);
    const fields = { ...(await leaseFields(invocation)), holder: givenHolder(invocation) };
    const lease = grantLease(root.path, fields, leaseOptions(invocation));
    return {
      data: { root, lease },
      text: () => printable(`Granted ${leaseLabel(lease)}.`),
      hint: `Close it with \`${closeCommand(lease)}\`.`,
    };
  },
};

function givenHolder({ options }: Invocation): Holder | undefined {
  const pid = wholeNumberOption(options, "holder-pid");
  const holder = pid === undefined ? undefined : holderOf(pid);
  if (pid === undefined || holder !== undefined) return holder;
  const message = `There is no process ${pid}.`;
  const hint = "Give the id of a process that runs on this machine as long as the work.";
  throw new CliError("CABINET_PROCESS_NOT_FOUND", message, hint);
}
