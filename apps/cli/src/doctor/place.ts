import { basename, dirname, join } from "node:path";

import { journalFolderOf } from "@x/tracker/host";

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
}

/** The database file itself, whatever link leads there: what belongs to it lies beside it. */
export function databaseFileOf(path: string): string {
  const journals = journalFolderOf(path);
  return join(dirname(journals), basename(journals, ".journals"));
}

/** The folders whose files are looked at, each once. */
export function foldersOf({ checkout, leases, plans }: Place): string[] {
  const folders = [join(plans, ".ai"), join(checkout, ".planning")];
  if (leases !== undefined && leases !== checkout)
    folders.push(join(leases, ".planning", ".local"));
  return folders;
}
