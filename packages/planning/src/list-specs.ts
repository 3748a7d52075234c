import { writeWarning } from "@x/registry-core";

import { getActiveSpec, type WarningOptions } from "./active-spec.ts";
import { PlanningError, quoted } from "./errors.ts";
import { planningEntries } from "./planning-entries.ts";
import { getPlanningDir, planningFolder, type Place } from "./planning-paths.ts";
import { readStatus } from "./status-file.ts";

export interface SpecInfo {
  /** That of its folder. */
  readonly name: string;
  /** Its file, relative to the top of the git checkout. */
  readonly specPath: string;
  readonly lastKnownBranch: string | null;
  readonly isActive: boolean;
}

/**
 * The specs of this checkout, by name: every folder `.planning/<spec>` with a `status.yaml`. One whose status
 * cannot be read is left out, and one whose folder has another name than it says is told of, each with a
 * warning.
 */
export function listSpecs(cwd?: Place, options: WarningOptions = {}): SpecInfo[] {
  const { onWarning = writeWarning } = options;
  const active = getActiveSpec(cwd, options);
  return planningEntries(planningFolder(cwd)).flatMap(({ name, isFolder }) => {
    if (!isFolder) return [];
    try {
      const status = readStatus(name, cwd);
      if (status === null) return [];
      if (status.name !== name) {
        const message = `the folder .planning/${name} holds the spec ${quoted(status.name)}`;
        onWarning({ code: "PLANNING_FOLDER_NAME", message, path: getPlanningDir(name, cwd) });
      }
      const { spec: specPath, last_known_branch: lastKnownBranch } = status;
      return [{ name, specPath, lastKnownBranch, isActive: name === active }];
    } catch (error) {
      if (!(error instanceof PlanningError)) throw error;
      const { code, message, path } = error;
      onWarning({ code, message: `${message}; the spec is left out`, path });
      return [];
    }
  });
}
