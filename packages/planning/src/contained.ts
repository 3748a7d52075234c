import fs from "node:fs";
import { basename, dirname, join } from "node:path";

import { findRoots, isWithin, realPathOf } from "@x/registry-core/workspace";

import { PlanningError } from "./errors.ts";

/**
 * Throws `PlanningError` (`PLANNING_OUTSIDE`) unless `path` lies in `folder`, all links followed. Neither
 * need be there; `path` must be spelled below `folder`. A link may have come with the repository: what it
 * leads to is not ours, and where one leads to nothing, something would be created.
 */
export function assertContained(folder: string, path: string): void {
  const top = realPathOf(folder);
  if (top === undefined) {
    if (isLink(folder)) throw outside(folder, "it is a link that leads to nothing");
    return;
  }
  for (let part = path; part !== folder && part !== dirname(part); part = dirname(part)) {
    const real = realPathOf(part);
    if (real === undefined && isLink(part)) {
      throw outside(part, "it is a link that leads to nothing");
    }
    if (real !== undefined) {
      if (!isWithin(top, real)) throw outside(part, `it is a link that leads out of ${folder}`);
      return;
    }
  }
}

/**
 * The same for what lies in `.planning` of a checkout, which itself must lie in the checkout: that, too,
 * may have come as a link. A worktree may share that of the main worktree.
 */
export function assertInPlanning(planning: string, path: string): void {
  if (!isSharedWithMain(planning)) assertContained(dirname(planning), planning);
  if (path !== planning) assertContained(planning, path);
}

function isSharedWithMain(planning: string): boolean {
  if (!isLink(planning)) return false;
  const real = realPathOf(planning);
  const main = join(findRoots(dirname(planning)).leases.path, basename(planning));
  return real !== undefined && real === realPathOf(main) && !isLink(main);
}

function outside(path: string, reason: string): PlanningError {
  return new PlanningError("PLANNING_OUTSIDE", path, reason);
}

function isLink(path: string): boolean {
  try {
    return fs.lstatSync(path).isSymbolicLink();
  } catch {
    // Not there, or not to be reached: who reads or writes it will say which.
    return false;
  }
}
