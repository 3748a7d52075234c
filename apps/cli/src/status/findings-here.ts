import type { Warning } from "@x/registry-core";

import { couldNotLook } from "../doctor/could-not-look.ts";
import type { Check, Finding } from "../doctor/finding.ts";
import { lookAtAll, tellable } from "../doctor/look-at-all.ts";
import type { Place } from "../doctor/place.ts";
import { QUICK_CHECKS } from "../doctor/quick-checks.ts";
import { quickFindings } from "../doctor/quick-findings.ts";

// What the checks of specs and runs find by themselves.
const FOUND: ReadonlySet<string> = new Set([
  "PLANNING_BRANCH_INVALID",
  "PLANNING_FOLDER_NAME",
  "PLANNING_RUN_DAMAGED",
  "PLANNING_STATUS_CORRUPT",
]);

/**
 * What a look at the files finds, worst first. Where the active spec or its run could not be told, as these warnings
 * say, specs and runs are looked at too, and each of the warnings is among the findings.
 */
export async function findingsHere(
  place: Place,
  warnings: readonly Warning[],
): Promise<readonly Finding[]> {
  if (warnings.length === 0) return quickFindings(place);
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
  const { found } = await lookAtAll([...QUICK_CHECKS, specs, runFiles, told], place);
  return found.map(tellable);
}
