import type { Warning } from "@x/registry-core";

import type { Invocation } from "../command.ts";
import { couldNotLook } from "../doctor/could-not-look.ts";
import type { Check, Finding } from "../doctor/finding.ts";
import { lookAtAll, tellable } from "../doctor/look-at-all.ts";
import type { Place } from "../doctor/place.ts";
import { QUICK_CHECKS } from "../doctor/quick-checks.ts";

// What the checks of specs and runs find by themselves.
const FOUND: ReadonlySet<string> = new Set([
  "PLANNING_BRANCH_INVALID",
  "PLANNING_FOLDER_NAME",
  "PLANNING_RUN_DAMAGED",
  "PLANNING_STATUS_CORRUPT",
]);

/**
 * What a look at the files finds, worst first. Where the active spec or its run could not be told, as these warnings
 * say, specs and runs are looked at too, and each of the warnings is among the findings. Writes nothing, takes no lock,
 * opens no database and starts no process. Never throws: what cannot be looked at is a finding too.
 */
export async function findingsHere(
  place: Place,
  warnings: readonly Warning[],
  onFault: Invocation["onFault"],
): Promise<readonly Finding[]> {
  const others = warnings.length === 0 ? [] : await checksOfSpecs(warnings);
  const { found } = await lookAtAll([...QUICK_CHECKS, ...others], place, onFault);
  return found.map(tellable);
}

async function checksOfSpecs(warnings: readonly Warning[]): Promise<Check[]> {
  const { specs } = await import("../doctor/checks/specs.ts");
  const { runFiles } = await import("../doctor/checks/run-files.ts");
  const others = warnings.filter(({ code }) => !FOUND.has(code));
  const told: Check = {
    id: "active-spec-standing",
    look: async () => ({
      found: others.map(({ message, path }) =>
        couldNotLook("The active spec", path, new Error(message)),
      ),
    }),
  };
  return [specs, runFiles, told];
}
