import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { WorkspaceError } from "../errors.ts";

/**
 * Why a root is where it is: the flag, a marker folder found upward, the environment, the top of
 * the git checkout, or for want of all these the current folder.
 */
export type RootRule = "flag" | "marker" | "environment" | "git" | "cwd";

export interface Root {
  readonly path: string;
  readonly rule: RootRule;
}

/** Each is looked up when it is asked for. */
export interface Roots {
  /** Where specs and the roadmap live: the folder of `.planning/`. */
  readonly checkout: Root;
  /** Where plans and their registry live: the folder of `.ai/`. */
  readonly plans: Root;
}

export interface RootOptions {
  /** What the user gave as `--workspace-root`, relative to the current folder. */
  readonly flag?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The roots for a command in `cwd`, in one order of precedence: the flag, the nearest marker
 * folder upward (within the git checkout), `CABINET_WORKSPACE_ROOT` or `GSDD_WORKSPACE_ROOT`, the
 * top of the git checkout, `cwd`. Starts no process.
 *
 * Throws `WorkspaceError` for a flag that names no folder or one with neither marker, and, where
 * the variable decides, for a variable that names no folder.
 */
export function findRoots(cwd: string, { flag, env = {} }: RootOptions = {}): Roots {
  const here = resolve(cwd);
  if (flag !== undefined) {
    const root: Root = { path: flaggedRoot(resolve(here, flag)), rule: "flag" };
    return { checkout: root, plans: root };
  }
  const top = gitTop(here);
  const find = (marker: string): Root => {
    const path = nearest(here, marker, top);
    if (path !== undefined) return { path, rule: "marker" };
    return environmentRoot(here, env) ?? topOrHere(here, top);
  };
  return {
    get checkout() {
      return find(".planning");
    },
    get plans() {
      return find(".ai");
    },
  };
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

/** The folder of the `.git` entry: a folder in a main worktree, a file in a linked one. */
function gitTop(from: string): string | undefined {
  return upward(from).find((folder) => existsSync(join(folder, ".git")));
}

/** The search ends at the checkout's top: what lies above belongs to another tree. */
function nearest(from: string, marker: string, top: string | undefined): string | undefined {
  const folders = upward(from);
  const within = top === undefined ? folders : folders.slice(0, folders.indexOf(top) + 1);
  return within.find((folder) => isFolder(join(folder, marker)));
}

function upward(from: string): string[] {
  const above = dirname(from);
  return above === from ? [from] : [from, ...upward(above)];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, not a folder on the way, a circle of links, not ours to see: no root in any case.
    return false;
  }
}

function assertFolder(path: string): void {
  if (!isFolder(path))
    throw new WorkspaceError("WORKSPACE_NOT_FOUND", path, "is no folder to be found");
}
