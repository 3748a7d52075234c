import { join, resolve } from "node:path";

import { WorkspaceError } from "../errors.ts";
import { upward } from "../upward.ts";
import { findGitTop } from "./find-git-top.ts";
import { findLeaseRoot, leaseRootOf } from "./find-lease-root.ts";
import { ownerOf } from "./foreign-to.ts";
import { isFolder } from "./is-folder.ts";
import type { Root } from "./root.ts";

/** The folders that a command works in. Each is looked up when it is asked for. */
export interface Roots {
  /** Where specs and the roadmap live: the folder of `.planning/`. */
  readonly checkout: Root;
  /** Where plans and their registry live: the folder of `.ai/`. */
  readonly plans: Root;
  /**
   * Where `.planning/.local/registry.json` is or will be, one for all worktrees of a repository: what
   * the checkout root would be at the same place in the main worktree; where there is no main
   * worktree, the common dir; outside git the checkout root. A real path in git.
   */
  readonly leases: Root;
}

/** What comes before or behind the places where a root is looked for by itself. */
export interface RootOptions {
  /** What the user gave as `--workspace-root`, relative to the current folder. */
  readonly flag?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * The roots for a command in `cwd`, in one order of precedence: the flag, the nearest marker
 * folder upward (within the git checkout; outside git below the home folder, and only in folders of
 * one owner), `CABINET_WORKSPACE_ROOT` or `GSDD_WORKSPACE_ROOT`, the top of the git checkout, `cwd`.
 * For leases each of these is a place in a checkout, whose repository is looked for; a marker in the
 * main worktree comes before the environment too. Starts no process; git's own variables, `GIT_DIR`
 * and `GIT_WORK_TREE`, are ignored, and so is a `.git` or a git dir above `cwd` that belongs neither
 * to this user, nor to root, nor to the owner of `cwd`.
 *
 * Throws `WorkspaceError` for a flag that names no folder or one with neither marker, and, where
 * the variable decides, for a variable that names no folder. Only `leases` throws it
 * (`WORKSPACE_UNREACHABLE`) in a linked worktree or submodule whose repository is not there.
 */
export function findRoots(cwd: string, { flag, env = {} }: RootOptions = {}): Roots {
  const here = resolve(cwd);
  if (flag !== undefined) {
    const root: Root = { path: flaggedRoot(resolve(here, flag)), rule: "flag" };
    return {
      checkout: root,
      plans: root,
      get leases() {
        return leaseRootOf(root);
      },
    };
  }
  const bounds: Bounds = { top: findGitTop(here), home: homeOf(env) };
  const find = (marker: string): Root => {
    const path = nearest(here, marker, bounds);
    if (path !== undefined) return { path, rule: "marker" };
    return environmentRoot(here, env) ?? topOrHere(here, bounds.top);
  };
  return {
    get checkout() {
      return find(".planning");
    },
    get plans() {
      return find(".ai");
    },
    get leases() {
      return findLeaseRoot(here, () => find(".planning"));
    },
  };
}

/** How far up a marker is looked for. */
interface Bounds {
  /** The top of the git checkout, where there is one. */
  readonly top: string | undefined;
  readonly home: string | undefined;
}

function homeOf({ HOME }: Readonly<Record<string, string | undefined>>): string | undefined {
  return HOME === undefined || HOME === "" ? undefined : resolve(HOME);
}

function flaggedRoot(path: string): string {
  assertFolder(path);
  if (!isFolder(join(path, ".planning")) && !isFolder(join(path, ".ai"))) {
    const reason = "is not a workspace: it has neither .planning/ nor .ai/";
    throw new WorkspaceError("WORKSPACE_UNMARKED", path, reason);
  }
  return path;
}

function environmentRoot(
  here: string,
  env: Readonly<Record<string, string | undefined>>,
): Root | undefined {
  const value = env["CABINET_WORKSPACE_ROOT"] || env["GSDD_WORKSPACE_ROOT"];
  if (value === undefined || value === "") return undefined;
  const path = resolve(here, value);
  assertFolder(path);
  return { path, rule: "environment" };
}

function topOrHere(here: string, top: string | undefined): Root {
  return top === undefined ? { path: here, rule: "cwd" } : { path: top, rule: "git" };
}

function nearest(from: string, marker: string, bounds: Bounds): string | undefined {
  return foldersToSearch(from, bounds).find((folder) => isFolder(join(folder, marker)));
}

/**
 * Upward to the checkout's top, what lies above belongs to another tree; outside git below the home
 * folder, and no folder of another owner, such as /tmp: a marker there would be anybody's.
 */
function foldersToSearch(from: string, { top, home }: Bounds): string[] {
  const folders = upward(from);
  if (top !== undefined) return folders.slice(0, folders.indexOf(top) + 1);
  const isBeyond = (folder: string): boolean =>
    folder === home || ownerOf(folder) !== ownerOf(from);
  if (from === home) return [from];
  const end = folders.findIndex((folder) => folder !== from && isBeyond(folder));
  return end === -1 ? folders : folders.slice(0, end);
}

function assertFolder(path: string): void {
  if (!isFolder(path))
    throw new WorkspaceError("WORKSPACE_NOT_FOUND", path, "is no folder to be found");
}
