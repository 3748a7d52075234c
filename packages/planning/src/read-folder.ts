import fs from "node:fs";

import { errnoOf } from "./errno.ts";
import { PlanningError, unreadable } from "./errors.ts";

/**
 * The names in a folder, in their order; none where nothing is there. Throws `PlanningError`
 * (`PLANNING_UNREADABLE`), also for what is no folder.
 */
export function readFolder(path: string): string[] {
  try {
    return fs.readdirSync(path).toSorted();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") throw new PlanningError("PLANNING_UNREADABLE", path, "it is no folder");
    throw unreadable(path, error);
  }
}
