import { basename, dirname, join } from "node:path";

import { realPathOf, seenFrom } from "../real-path.ts";
import { isTrue, parseGitConfig } from "./git-config.ts";
import { readGitEntry } from "./git-dir.ts";
import { readSmallFile } from "./read-small-file.ts";

/** What a repository's own configuration says about its main worktree. */
export interface MainWorktreeSettings {
  readonly isBare: boolean;
  /** Where it is said to be; nothing need be there. */
  readonly worktree: string | undefined;
}

/**
 * `core.bare` and `core.worktree` of a common dir. Its `config.worktree`, which is that of the main
 * worktree, counts only with `extensions.worktreeConfig`, and then comes first (git-worktree(1),
 * "CONFIGURATION FILE"). Other files do not count, as with git: these two describe one repository.
 */
export function readMainWorktreeSettings(commonDir: string): MainWorktreeSettings {
  const shared = readConfig(join(commonDir, "config"));
  const hasOwn = isTrue(shared.get("extensions.worktreeconfig"));
  const own = hasOwn ? readConfig(join(commonDir, "config.worktree")) : undefined;
  const valueOf = (name: string): string | undefined => own?.get(name) ?? shared.get(name);
  const worktree = valueOf("core.worktree") ?? "";
  return {
    isBare: isTrue(valueOf("core.bare")),
    worktree: worktree === "" ? undefined : seenFrom(commonDir, worktree),
  };
}

function readConfig(path: string): ReadonlyMap<string, string> {
  return parseGitConfig(readSmallFile(path) ?? "");
}

/**
 * The top of the main worktree of a common dir, in its one spelling; undefined where there is none:
 * the repository is bare, what `core.worktree` names does not lead back by its `.git` (it could be
 * any folder), or nothing says where it is, which is so after `git init --separate-git-dir` (for git
 * too: `git worktree list` shows the git dir in its place).
 */
export function findMainWorktree(commonDir: string): string | undefined {
  const { isBare, worktree } = readMainWorktreeSettings(commonDir);
  if (isBare) return undefined;
  if (worktree !== undefined) {
    const top = realPathOf(worktree);
    return top !== undefined && readGitEntry(top)?.commonDir === commonDir ? top : undefined;
  }
  return basename(commonDir) === ".git" ? dirname(commonDir) : undefined;
}
