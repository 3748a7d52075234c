import type { SpecInfo } from "@x/planning";

import type { Style } from "../command.ts";
import { table } from "../screen/table.ts";

/** The specs of a checkout; the active one is marked. */
export function specTable(specs: readonly SpecInfo[], style: Style): string {
  if (specs.length === 0) return "No specs found.";
  const rows = specs.map(({ name, specPath, lastKnownBranch, isActive }) => [
    isActive ? { text: name, paint: style.green } : { text: name },
    { text: isActive ? "active" : "-" },
    { text: lastKnownBranch ?? "-" },
    { text: specPath, paint: style.dim },
  ]);
  return table(["SPEC", "STATE", "LAST KNOWN BRANCH", "FILE"], rows, style);
}

/** What to do where there are none. */
export const NO_SPECS_HINT = "`cabinet planning setup --spec <path>` sets one up from its file.";
