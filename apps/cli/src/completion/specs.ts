import { listSpecs } from "@x/planning";

import type { Candidate } from "./offer.ts";

/** The specs of a checkout. Those whose status cannot be read are left out. */
export function specs(root: string): Candidate[] {
  const onWarning = (): void => undefined;
  return listSpecs({ root }, { onWarning }).map(({ name, specPath, isActive }) => {
    return { value: name, description: isActive ? `${specPath} (active)` : specPath };
  });
}
