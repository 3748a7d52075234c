import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { isWithin, realPathOf } from "@x/registry-core/workspace";

import { codeOf, couldNotLook } from "./could-not-look.ts";
import type { Found } from "./finding.ts";
import type { Place } from "./place.ts";

/** A folder, and the names in it. */
export interface FolderNames {
  readonly folder: string;
  readonly names: readonly string[];
}

export interface FilesBelow {
  readonly folders: readonly FolderNames[];
  /** What could not be looked at. */
  readonly found: readonly Found[];
}

// Of what lies deeper, or is more, nothing is ours.
const DEEPEST = 8;
const MOST_FOLDERS = 2_000;

/** What was moved or copied by a fix: no finding any more. */
const COPIES = [join(".planning", ".local", "doctor"), join(".ai", ".doctor")];

/**
 * The folders below one, itself included, but for copies that fixes have made. No link below it is followed,
 * and where it is itself one that leads out of the checkout, nothing is looked at: it may have come with a
 * repository.
 */
export function filesBelow(top: string, { checkout, leases, plans }: Place): FilesBelow {
  const folders: FolderNames[] = [];
  const found: Found[] = [];
  const visit = (folder: string, depth: number): void => {
    if (folders.length >= MOST_FOLDERS || COPIES.some((end) => folder.endsWith(end))) return;
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      folders.push({ folder, names: entries.map(({ name }) => name) });
      if (depth === DEEPEST) return;
      for (const entry of entries) {
        if (entry.isDirectory()) visit(join(folder, entry.name), depth + 1);
      }
    } catch (error) {
      // Gone meanwhile, or not there at all.
      if (codeOf(error) !== "ENOENT") found.push(couldNotLook("The folder", folder, error));
    }
  };
  const fault = leadsOut(top, [checkout, plans, leases ?? checkout]);
  if (fault === undefined) visit(top, 0);
  else found.push(couldNotLook("The folder", top, new Error(fault)));
  return { folders, found };
}

/** The names in a folder; none where there is none. Throws what else the file system says. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** A worktree may share a folder with the main one by a link. */
function leadsOut(top: string, roots: readonly string[]): string | undefined {
  const real = realPathOf(top);
  if (real === undefined) {
    const isLink = lstatSync(top, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? "it is a link that leads to nothing" : undefined;
  }
  const isInside = roots.some((root) => isWithin(realPathOf(root) ?? root, real));
  return isInside ? undefined : "it is a link that leads out of the checkout";
}
