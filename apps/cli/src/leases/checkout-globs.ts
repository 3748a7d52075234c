import { GlobError, globInCheckout as globIn, type GlobPlace } from "@x/registry-core/leases";

import { CliError } from "../errors/cli-error.ts";

/** See `globInCheckout` of `@x/registry-core/leases`. Throws `CABINET_USAGE`. */
export function globInCheckout(given: string, place: GlobPlace): string {
  try {
    return globIn(given, place);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    const hint = `Globs and paths are relative to the current folder, and lie in ${place.top}.`;
    const message = `"${given}" cannot be used: ${error.reason}.`;
    throw new CliError("CABINET_USAGE", message, hint);
  }
}
