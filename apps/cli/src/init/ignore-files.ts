import { join } from "node:path";

import { assertInPlanning, PLANNING_IGNORED } from "@x/planning";
import { type IgnoreLines, missingIgnoreLines, withIgnoreLines } from "@x/registry-core";
import { PLANS_IGNORED } from "@x/registry-core/session-plans";
import { realPathOf } from "@x/registry-core/workspace";

import { assertFolderOrNothing, assertWithin } from "./assert-place.ts";
import type { Addition, SetupFile } from "./setup-file.ts";

/** The ignore file of a checkout's specs. Throws `PLANNING_OUTSIDE`, `CABINET_INIT_NOT_FOLDER`. */
export function planningIgnoreFile(root: string): SetupFile {
  const folder = join(root, ".planning");
  const path = join(folder, ".gitignore");
  // A worktree may share the folder of the main one.
  assertInPlanning(folder, path);
  return ignoreFile(folder, path, realPathOf(folder) ?? root, PLANNING_IGNORED);
}

/** The ignore file of a checkout's plans. Throws `CABINET_INIT_OUTSIDE`, `CABINET_INIT_NOT_FOLDER`. */
export function plansIgnoreFile(root: string): SetupFile {
  const folder = join(root, ".ai");
  const path = join(folder, ".gitignore");
  assertWithin(root, path);
  return ignoreFile(folder, path, root, PLANS_IGNORED);
}

function ignoreFile(folder: string, path: string, within: string, ignore: IgnoreLines): SetupFile {
  assertFolderOrNothing(folder);
  const addTo = (bytes: Uint8Array | undefined): Addition => {
    const data = withIgnoreLines(bytes, ignore);
    return { ...(data && { data }), adds: missingIgnoreLines(bytes, ignore) };
  };
  return { path, within, addTo };
}
