import { join } from "node:path";

import { type IgnoreLines, withIgnoreLines } from "@x/registry-core";

import { assertInPlanning } from "./contained.ts";
import { readBounded } from "./read-bounded.ts";
import { updateFileSync } from "./update-file.ts";

/** What below `.planning/` belongs to one machine, or to one moment, for the `.gitignore` there. */
export const PLANNING_IGNORED: IgnoreLines = {
  title: "# Of one machine, or of one moment (Cabinet)",
  lines: ["/.active*", "/.local/", "*.lock", "*.lock.next", "*.tmp.*"],
};

/**
 * Has `.planning/.gitignore` name what is nobody's commit; lines of the user stay. To be called before such a
 * file is made, so that git never shows it. Throws `WriteError`, `PlanningError` (`PLANNING_OUTSIDE`).
 */
export function hideFromGit(planning: string): void {
  const path = join(planning, ".gitignore");
  assertInPlanning(planning, path);
  if (withIgnoreLines(readBounded(path), PLANNING_IGNORED) === undefined) return;
  updateFileSync(path, (bytes) => ({
    data: withIgnoreLines(bytes, PLANNING_IGNORED),
    result: undefined,
  }));
}
