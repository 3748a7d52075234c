/**
 * Why a root is where it is: the flag, a marker folder found upward, the environment, the top of
 * the git checkout, or for want of all these the current folder. A lease root that the flag or the
 * environment has chosen says so wherever it is; `repository` is another one that is not where the
 * caller is, but in what all worktrees share: the main one, or where there is none the common dir.
 */
export type RootRule = "flag" | "marker" | "environment" | "git" | "cwd" | "repository";

/** A folder that a command works in, and why it is that one. */
export interface Root {
  readonly path: string;
  readonly rule: RootRule;
}
