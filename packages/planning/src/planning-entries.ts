import fs from "node:fs";
import { join } from "node:path";

import { assertInPlanning } from "./contained.ts";
import { PlanningError } from "./errors.ts";
import { errnoOf } from "./read-bounded.ts";
import { isSpecName } from "./spec-name.ts";

/** Something in `.planning/` under a name that a spec could have. */
export interface Named {
  readonly name: string;
  /** Or a link to one. */
  readonly isFolder: boolean;
}

/**
 * By name; none where there is no such folder. Throws `PlanningError` (`PLANNING_UNREADABLE`,
 * `PLANNING_OUTSIDE`).
 */
export function planningEntries(planning: string): Named[] {
  assertInPlanning(planning, planning);
  return namesIn(planning)
    .filter(isSpecName)
    .toSorted()
    .map((name) => ({ name, isFolder: isFolder(join(planning, name)) }));
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR")
      throw new PlanningError("PLANNING_UNREADABLE", folder, "it is no folder");
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlanningError("PLANNING_UNREADABLE", folder, reason, error);
  }
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    // Gone meanwhile, or a link to nothing, such as a lock: no folder in any case.
    return false;
  }
}
