import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { findLinkOut, isWithin } from "@x/registry-core/workspace";

import { codeOf } from "../errors/error-code.ts";
import { couldNotLook } from "./could-not-look.ts";
import { type Found, findingOf } from "./finding.ts";
import { type Place, rootsOf } from "./place.ts";
import { shellWord } from "./shell-word.ts";

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
 * The folders below one, itself included, nearest first, but for copies that fixes have made. No link below it is
 * followed, and where it is itself one that leads out of the checkout, nothing is looked at: it may have come with a
 * repository. Within one look, each is walked once.
 */
export function filesBelow(top: string, place: Place): FilesBelow {
  const known = place.walks?.get(top);
  if (known !== undefined) return known;
  const roots = rootsOf(place);
  const root = roots.find((one) => isWithin(one, top));
  const link = root === undefined ? undefined : findLinkOut(root, top, roots);
  const below = link === undefined ? walk(top) : refused(top, link.reason);
  place.walks?.set(top, below);
  return below;
}

function refused(top: string, reason: string): FilesBelow {
  return { folders: [], found: [couldNotLook("The folder", top, new Error(reason))] };
}

function walk(top: string): FilesBelow {
  const folders: FolderNames[] = [];
  const found: Found[] = [];
  const waiting = [{ folder: top, depth: 0 }];
  for (const { folder, depth } of waiting) {
    if (folders.length === MOST_FOLDERS) {
      found.push(tooMany(top));
      break;
    }
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      folders.push({ folder, names: entries.map(({ name }) => name) });
      if (depth === DEEPEST) continue;
      const below = entries.filter((entry) => entry.isDirectory());
      const paths = below.map(({ name }) => join(folder, name)).filter((path) => !isOfCopies(path));
      waiting.push(...paths.map((path) => ({ folder: path, depth: depth + 1 })));
    } catch (error) {
      // Gone meanwhile, or not there at all.
      if (codeOf(error) !== "ENOENT") found.push(couldNotLook("The folder", folder, error));
    }
  }
  return { folders, found };
}

function isOfCopies(folder: string): boolean {
  return COPIES.some((end) => folder.endsWith(end));
}

function tooMany(top: string): Found {
  return findingOf("could-not-look", {
    path: top,
    message: `There are more than ${MOST_FOLDERS} folders below ${top}, and those that lie deepest were not looked at. Whether something is wrong there is not known.`,
    command: `find ${shellWord(top)} -type d`,
    advice: "See what fills it, and move that to another folder.",
  });
}

/** The names in the folder of a file that begin with its own: its own, and those of what belongs to it. */
export function namesBeside(file: string): string[] {
  return namesIn(dirname(file)).filter((name) => name.startsWith(basename(file)));
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
