import { join } from "node:path";

import { realPathOfPart } from "../real-path.ts";
import { upward } from "../upward.ts";
import { findGitTop } from "./find-git-top.ts";
import { foreignTo } from "./foreign-to.ts";
import { type GitDir, hasGitFile, readGitDir, readGitEntry } from "./git-dir.ts";

/** Where a folder is, seen by git; every path in its one spelling. */
export type GitPlace = InCheckout | BelowGarbage | InGitDir;

interface InCheckout {
  readonly folder: string;
  /** The folder of the `.git` entry. */
  readonly top: string;
  readonly gitDir: GitDir;
}

/** The entry leads to no repository. */
interface BelowGarbage {
  readonly folder: string;
  readonly top: string;
  readonly gitDir: undefined;
  /** It says that there is one, which others may share: it is elsewhere, or not to be trusted. */
  readonly isUnreachable: boolean;
}

/** In a bare repository, in the folder `.git`, or in what the latter holds for a linked worktree. */
interface InGitDir {
  readonly folder: string;
  readonly top: undefined;
  readonly gitDir: GitDir;
}

/**
 * Where a folder, which need not exist, is; undefined outside git. The nearest counts, and at one
 * folder its `.git` before itself: git's own order (setup.c, setup_git_directory_gently_1). What is
 * foreign to the folder is passed over.
 */
export function findGitPlace(path: string): GitPlace | undefined {
  const folder = realPathOfPart(path);
  const isForeign = foreignTo(folder);
  const top = findGitTop(folder);
  const gitDir = findGitDirAround(folder, top, isForeign);
  if (gitDir !== undefined) return { folder, top: undefined, gitDir };
  return top === undefined ? undefined : placeBelow(top, folder, isForeign);
}

/** The git dir that a folder is or lies in, nearer than a top. */
function findGitDirAround(
  folder: string,
  top: string | undefined,
  isForeign: (path: string) => boolean,
): GitDir | undefined {
  for (const above of upward(folder)) {
    if (above === top) return undefined;
    const gitDir = readGitDir(above);
    // In a folder where anybody may write, such as /tmp, anybody can lay a HEAD.
    const parts = [above, join(above, "HEAD")];
    if (gitDir !== undefined && !parts.some(isForeign)) return gitDir;
  }
  return undefined;
}

function placeBelow(
  top: string,
  folder: string,
  isForeign: (path: string) => boolean,
): InCheckout | BelowGarbage {
  const gitDir = readGitEntry(top);
  if (gitDir !== undefined && !isForeign(gitDir.path)) return { folder, top, gitDir };
  const isUnreachable = gitDir !== undefined || hasGitFile(top);
  return { folder, top, gitDir: undefined, isUnreachable };
}
