import { existsSync } from "node:fs";
import { join } from "node:path";

import { type GitDir, readGitDir, readGitEntry } from "./git-dir.ts";
import { realPathOfPart } from "./real-path.ts";
import { upward } from "./upward.ts";

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
}

/** In a bare repository, in the folder `.git`, or in what the latter holds for a linked worktree. */
interface InGitDir {
  readonly folder: string;
  readonly top: undefined;
  readonly gitDir: GitDir;
}

/**
 * Where a folder, which need not exist, is; undefined outside git. The nearest counts, and at one
 * folder its `.git` before itself: git's own order (setup.c, setup_git_directory_gently_1).
 */
export function findGitPlace(path: string): GitPlace | undefined {
  const folder = realPathOfPart(path);
  for (const above of upward(folder)) {
    if (existsSync(join(above, ".git"))) {
      return { folder, top: above, gitDir: readGitEntry(above) };
    }
    const gitDir = readGitDir(above);
    if (gitDir !== undefined) return { folder, top: undefined, gitDir };
  }
  return undefined;
}
