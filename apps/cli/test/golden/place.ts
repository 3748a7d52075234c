import { chmodSync, cpSync, lstatSync, mkdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished, vi } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { changedNames, treeOf } from "./tree-of.ts";

/** Where a command is called, and what belongs to nobody else. */
export interface Place {
  /** Above all others: what a command changes is somewhere in it. */
  readonly folder: string;
  /** The checkout. */
  readonly dir: string;
  readonly home: string;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A place that is what it was at the beginning each time it is asked for. */
export interface Stage {
  readonly place: Place;
  /** Undoes whatever was done there. */
  readonly reset: () => void;
}

/** A place without anything, of a user who has nothing in the home folder. The checkout has that name. */
export function emptyPlace(name = "shop"): Place {
  const folder = join(temporaryFolder(), "place");
  const [dir, home] = [join(folder, name), join(folder, "home")];
  for (const path of [dir, home]) mkdirSync(path, { recursive: true });
  const database = join(folder, "records/agents.lmdb");
  // The packages ask the system for the home folder.
  vi.stubEnv("HOME", home);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { PATH = "" } = process.env;
  return {
    folder,
    dir,
    home,
    database,
    env: { PATH, HOME: home, CABINET_TRACKER_DATABASE: database },
  };
}

/** The place as it is now, which comes back under the very same paths, with the times of its files. */
export function stageOf(place: Place): Stage {
  const { folder } = place;
  const kept = `${folder}-kept`;
  cpSync(folder, kept, EXACTLY);
  const tree = treeOf(kept);
  const reset = (): void => {
    const changed = changedNames(tree, treeOf(folder));
    for (const name of changed) {
      if (!isFolder(join(kept, name))) rmSync(join(folder, name), { recursive: true, force: true });
    }
    const missing = changed.filter((name) => tree.has(name));
    for (const name of missing) bringBack(join(kept, name), join(folder, name));
    // The time of a folder is that of the last change in it.
    for (const name of missing.toReversed()) bringBack(join(kept, name), join(folder, name));
  };
  reset();
  return { place, reset };
}

const EXACTLY = { preserveTimestamps: true, recursive: true, verbatimSymlinks: true };

function bringBack(kept: string, path: string): void {
  if (!isFolder(kept)) return cpSync(kept, path, EXACTLY);
  const { atime, mode, mtime } = lstatSync(kept);
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  utimesSync(path, atime, mtime);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
