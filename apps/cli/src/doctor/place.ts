import { join } from "node:path";

import { isLink } from "@x/registry-core/workspace";
import { databasePathOf } from "@x/tracker/host";

import { codeOf } from "../errors/error-code.ts";
import type { FilesBelow } from "./files-below.ts";
import { shellWord } from "./shell-word.ts";

/** Where the doctor looks: whole paths, found by the caller. Nothing of it need be there. */
export interface Place {
  /** The folder of `.planning/`: specs, runs, the roadmap. */
  readonly checkout: string;
  /** The folder of `.ai/`: plans. */
  readonly plans: string;
  /**
   * The folder whose `.planning/.local/registry.json` has the leases of all worktrees. Undefined: the repository
   * of this one cannot be reached, see `leasesFault`.
   */
  readonly leases: string | undefined;
  readonly leasesFault?: { readonly path: string; readonly reason: string } | undefined;
  /** The database of the track record. Undefined: this user has no home folder, so nobody can say where it is. */
  readonly database: string | undefined;
  /** How large the database may grow, in bytes. */
  readonly maxSize?: number | undefined;
  readonly now: () => Date;
  /** What was found below the folders in this look, so that none is walked twice. */
  readonly walks?: Map<string, FilesBelow> | undefined;
}

/** Whether a database is in the place of this user's own, and no link is there. */
export function isOwnDatabase(path: string): boolean {
  try {
    return path === databasePathOf() && !isLink(path);
  } catch (error) {
    // A user without a home folder has none.
    if (codeOf(error) !== "ERR_SYSTEM_ERROR") throw error;
    return false;
  }
}

/** How a command of the tracker is told which database is meant: nothing for that of this user. */
export function databaseOption(path: string): string {
  return isOwnDatabase(path) ? "" : ` --database ${shellWord(path)}`;
}

/** The folders of a repository in which files are looked at and mended: links may lead from one to another. */
export function rootsOf({ checkout, plans, leases }: Place): string[] {
  return [...new Set([checkout, plans, leases ?? checkout])];
}

/** The folders whose files are looked at, each once. */
export function foldersOf({ checkout, leases, plans }: Place): string[] {
  const folders = [join(plans, ".ai"), join(checkout, ".planning")];
  if (leases !== undefined && leases !== checkout)
    folders.push(join(leases, ".planning", ".local"));
  return folders;
}
