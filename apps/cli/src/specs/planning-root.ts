import type { Root } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";

/** The checkout whose specs and phases a command works on; --verbose says why it is that one. */
export async function planningRoot({ roots, note }: Invocation): Promise<Root> {
  const { checkout } = await roots();
  note(`specs are looked for in ${checkout.path} (by ${checkout.rule})`);
  return checkout;
}
