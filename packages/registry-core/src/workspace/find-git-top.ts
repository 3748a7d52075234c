import { existsSync } from "node:fs";
import { join } from "node:path";

import { upward } from "../upward.ts";
import { foreignTo } from "./foreign-to.ts";

/**
 * The folder of the nearest `.git` entry upward: a folder in a main worktree, a file in a linked
 * one. One that is foreign to where the search starts counts as none.
 */
export function findGitTop(from: string): string | undefined {
  const isForeign = foreignTo(from);
  return upward(from).find((folder) => hasGitEntry(folder, isForeign));
}

/** Whether a folder has an entry `.git`, whatever that leads to, and one that is not foreign. */
export function hasGitEntry(folder: string, isForeign: (path: string) => boolean): boolean {
  const entry = join(folder, ".git");
  return existsSync(entry) && !isForeign(entry);
}
