import type { LeaseOptions } from "@x/registry-core/leases";
import type { Root } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";

/** The folder whose leases a command works on; --verbose says why it is that one. */
export async function leaseRoot({ roots, note }: Invocation): Promise<Root> {
  const { leases } = await roots();
  note(`leases are kept in ${leases.path} (by ${leases.rule})`);
  return leases;
}

/** The world of an invocation, as the calls about leases take it. */
export function leaseOptions({ onWarning, now }: Invocation): LeaseOptions {
  return { onWarning, clock: { now } };
}
