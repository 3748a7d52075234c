import { basename, dirname, join } from "node:path";

import { findLinkOut, findRoots, isLink, realPathOf } from "@x/registry-core/workspace";

import { PlanningError } from "./errors.ts";

/**
 * Throws `PlanningError` (`PLANNING_OUTSIDE`) where a link on the way from `folder` to `path` leads out,
 * or to nothing.
 */
export function assertContained(folder: string, path: string): void {
  const link = findLinkOut(folder, path);
  if (link !== undefined) throw new PlanningError("PLANNING_OUTSIDE", link.path, link.reason);
}

/**
 * Throws `PlanningError` (`PLANNING_OUTSIDE`) where a link on the way to `path`, which is `planning` or below
 * it, leads out of that folder, or to nothing. `planning`, the `.planning` of a checkout, must lie in the
 * checkout itself, as it may have come as a link, too; a worktree may share that of the main worktree.
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
