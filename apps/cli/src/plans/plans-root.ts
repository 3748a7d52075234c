import type { Root } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";

/** The folder whose plans a command works on; --verbose says why it is that one. */
export async function plansRoot({ roots, note }: Invocation): Promise<Root> {
  const { plans } = await roots();
  note(`plans are looked for in ${plans.path} (by ${plans.rule})`);
  return plans;
}
