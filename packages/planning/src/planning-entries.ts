import fs from "node:fs";
import { join } from "node:path";

import { assertInPlanning } from "./contained.ts";
import { readFolder } from "./read-folder.ts";
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
  return readFolder(planning)
    .filter(isSpecName)
    .map((name) => ({ name, isFolder: isFolder(join(planning, name)) }));
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    // Gone meanwhile, or a link to nothing, such as a lock: no folder in any case.
    return false;
  }
}
