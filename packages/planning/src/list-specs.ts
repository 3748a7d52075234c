import { writeWarning } from "@x/registry-core";

import { getActiveSpec, type WarningOptions } from "./active-spec.ts";
import { PlanningError, quoted } from "./errors.ts";
import { isSetUp, requireSpec, specNotFound } from "./find-spec.ts";
import { planningEntries } from "./planning-entries.ts";
import { getPlanningDir, planningFolder, type Place } from "./planning-paths.ts";
import { hintFault, parseStatus } from "./spec-status.ts";
import { readStatusText } from "./status-file.ts";

/** A spec as a list shows it: its status, and whether it is the active one. */
export interface SpecInfo {
  /** That of its folder. */
  readonly name: string;
  /** Its file, relative to the top of the git checkout. */
  readonly specPath: string;
  readonly lastKnownBranch: string | null;
  readonly isActive: boolean;
}

/**
 * What is known of one spec. A branch hint that no branch can be counts as none, and a folder that has another
 * name than its spec is told of, each with a warning. Throws `SpecNameError`, `PlanningError`.
 */
export function readSpec(spec: string, cwd?: Place, options: WarningOptions = {}): SpecInfo {
  requireSpec(spec, cwd);
  return infoOf(spec, getActiveSpec(cwd, { onWarning: () => undefined }), cwd, options);
}

/**
 * The specs of this checkout, by name: every folder `.planning/<spec>` with a `status.yaml`. One whose status
 * cannot be read is left out, with a warning; otherwise it warns as `readSpec`. Throws `PlanningError` where
 * `.planning` cannot be read.
 */
export function listSpecs(cwd?: Place, options: WarningOptions = {}): SpecInfo[] {
  const { onWarning = writeWarning } = options;
  const active = getActiveSpec(cwd, options);
  return planningEntries(planningFolder(cwd)).flatMap(({ name, isFolder }) => {
    if (!isFolder) return [];
    try {
      if (!isSetUp(name, cwd)) return [];
      return [infoOf(name, active, cwd, options)];
    } catch (error) {
      if (!(error instanceof PlanningError)) throw error;
      const { code, message, path } = error;
      onWarning({ code, message: `${message}; the spec is left out`, path });
      return [];
    }
  });
}

function infoOf(
  spec: string,
  active: string | null,
  cwd: Place | undefined,
  { onWarning = writeWarning }: WarningOptions,
): SpecInfo {
  const path = getPlanningDir(spec, cwd);
  const found = readStatusText(spec, cwd, (text) => ({
    status: parseStatus(text),
    fault: hintFault(text),
  }));
  if (found === undefined) throw specNotFound(spec, cwd);
  const { status, fault } = found;
  if (status.name !== spec) {
    const message = `the folder .planning/${spec} holds the spec ${quoted(status.name)}`;
    onWarning({ code: "PLANNING_FOLDER_NAME", message, path });
  }
  if (fault !== undefined) {
    const message = `the branch that ${spec} names as the last known one is none: ${fault}`;
    onWarning({ code: "PLANNING_BRANCH_INVALID", message, path });
  }
  return {
    name: spec,
    specPath: status.spec,
    lastKnownBranch: status.last_known_branch,
    isActive: spec === active,
  };
}
