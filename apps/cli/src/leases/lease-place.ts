import { realpathSync } from "node:fs";

import type { GlobPlace } from "@x/registry-core/leases";
import { type Checkout, readCheckout } from "@x/registry-core/workspace";
import { isWithin } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";

/** The checkout that a lease is about, where it is in git, and how globs are meant there. */
export interface LeasePlace {
  readonly checkout: Checkout | undefined;
  readonly globs: () => GlobPlace;
}

/**
 * That of the current folder; of another one, where the command line or the environment has chosen it.
 * Outside git it is the folder in which leases are kept.
 */
export async function leasePlace({ roots, options, cwd, host }: Invocation): Promise<LeasePlace> {
  const found = await roots();
  const isElsewhere =
    options["workspace-root"] !== undefined || found.leases.rule === "environment";
  const checkout = readCheckout(isElsewhere ? found.checkout.path : cwd());
  const globs = (): GlobPlace => {
    const top = checkout?.top ?? realpathSync.native(found.leases.path);
    const here = realpathSync.native(cwd());
    const isOutside = !isWithin(top, here);
    return { top, from: isElsewhere && isOutside ? top : here, platform: host.platform };
  };
  return { checkout, globs };
}
