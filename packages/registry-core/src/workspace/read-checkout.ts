import { isWithin } from "../real-path.ts";
import { findGitPlace, type GitPlace } from "./find-git-place.ts";
import { readHead } from "./git-dir.ts";
import { findMainWorktree, readMainWorktreeSettings } from "./main-worktree.ts";

/** A checkout of git, as its files tell it. */
export interface Checkout {
  /** The real path of its top folder, as `git rev-parse --show-toplevel` gives it. */
  readonly top: string;
  /** The short name; undefined for a detached `HEAD` and where the name is not in `HEAD`. */
  readonly branch: string | undefined;
}

/**
 * The git checkout that `cwd` is in, main or linked; undefined outside git, in a git dir, and in the
 * folder of a bare repository. Starts no process, ignores `GIT_DIR` and `GIT_WORK_TREE`, and never
 * throws: where `.git` leads to no repository, its folder is the top, of an unknown branch. A `.git`
 * that another user has laid above counts as none, and `core.worktree` only when it leads back.
 *
 * A name with blanks or control characters, which git does not allow (git-check-ref-format(1)), is
 * not given.
 */
export function readCheckout(cwd: string): Checkout | undefined {
  const place = findGitPlace(cwd);
  const top = place === undefined ? undefined : topOf(place);
  if (place === undefined || top === undefined) return undefined;
  const head = place.gitDir === undefined ? undefined : readHead(place.gitDir.path);
  return { top, branch: branchIn(head ?? "") };
}

/**
 * The real path of the git dir of the checkout that `cwd` is in, that of the worktree itself: where its
 * `HEAD` and the log of it are. Undefined outside a checkout, and where `.git` leads to no repository.
 */
export function gitDirOf(cwd: string): string | undefined {
  const place = findGitPlace(cwd);
  return place?.top === undefined ? undefined : place.gitDir?.path;
}

function topOf({ folder, top, gitDir }: GitPlace): string | undefined {
  // What the common dir says about a worktree is not about a linked one.
  if (top === undefined || gitDir === undefined || gitDir.path !== gitDir.commonDir) return top;
  const { isBare, worktree } = readMainWorktreeSettings(gitDir.commonDir);
  if (isBare) return undefined;
  if (worktree === undefined) return top;
  const main = findMainWorktree(gitDir.commonDir);
  return main !== undefined && isWithin(main, folder) ? main : undefined;
}

function branchIn(head: string): string | undefined {
  const name = BRANCH.exec(head.trimEnd())?.[1];
  // It stands there for readers who do not know that the refs are kept in tables (git's
  // technical/reftable).
  return name === ".invalid" ? undefined : name;
}

const BRANCH = /^ref:\s*refs\/heads\/([^\s\p{Cc}]+)$/u;
