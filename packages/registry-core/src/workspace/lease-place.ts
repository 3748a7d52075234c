import { join, relative } from "node:path";

import { WorkspaceError } from "../errors.ts";
import { isWithin } from "../real-path.ts";
import { upward } from "../upward.ts";
import { findGitPlace, type GitPlace } from "./find-git-place.ts";
import { hasGitEntry } from "./find-git-top.ts";
import { foreignTo } from "./foreign-to.ts";
import { isFolder } from "./is-folder.ts";
import { findMainWorktree } from "./main-worktree.ts";

/** Where the leases of a repository are looked for: from a folder (it need not exist) up to a top. */
export interface LeasePlace {
  readonly from: string;
  readonly top: string;
  /** It is not where the caller is. */
  readonly isElsewhere: boolean;
}

/**
 * The place of a folder's leases: the same place in the main worktree of its repository; where there
 * is no main worktree, the common dir. Undefined outside git.
 *
 * Throws `WorkspaceError` (`WORKSPACE_UNREACHABLE`) where a `.git` file leads to no repository: a
 * place of its own would be one that the other worktrees know nothing of.
 */
export function findLeasePlace(path: string): LeasePlace | undefined {
  const place = findGitPlace(path);
  if (place === undefined) return undefined;
  const { folder, top, gitDir } = place;
  if (gitDir === undefined) {
    if (place.isUnreachable) throw new WorkspaceError("WORKSPACE_UNREACHABLE", top, LOST);
    return { from: folder, top, isElsewhere: false };
  }
  const { commonDir } = gitDir;
  const main = findMainWorktree(commonDir);
  if (main === undefined) return { from: commonDir, top: commonDir, isElsewhere: true };
  const from = samePlaceIn(main, place);
  return { from, top: main, isElsewhere: from !== folder };
}

const LOST = "has a .git that leads to a repository that is not there, or is another user's";

function samePlaceIn(main: string, { folder, top, gitDir }: GitPlace): string {
  if (top === undefined) return main;
  const isLinked = gitDir !== undefined && gitDir.path !== gitDir.commonDir;
  // With core.worktree a second `.git`, which is not in the main worktree's top, may lead here.
  if (!isLinked && isWithin(main, folder)) return folder;
  return join(main, relative(top, folder));
}

/** The nearest folder with a marker in a place; undefined when there is none. */
export function findLeaseMarker({ from, top }: LeasePlace): string | undefined {
  const folders = upward(from);
  const inside = folders.slice(0, folders.indexOf(top) + 1);
  // A linked worktree may have a plain folder where the main one has another repository, whose
  // marker is not ours.
  const isForeign = foreignTo(from);
  const other = inside.findLastIndex((folder) => folder !== top && hasGitEntry(folder, isForeign));
  return inside.slice(other + 1).find((folder) => isFolder(join(folder, ".planning")));
}
