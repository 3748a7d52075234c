import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished, vi } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { treeOf } from "./tree-of.ts";

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

/** A place without anything, of a user who has nothing in the home folder. */
export function emptyPlace(): Place {
  const folder = join(temporaryFolder(), "place");
  const [dir, home] = [join(folder, "shop"), join(folder, "home")];
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
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  cpSync(folder, kept, options);
  cpSync(kept, folder, options);
  const tree = treeOf(folder);
  const reset = (): void => {
    if (treeOf(folder) === tree) return;
    rmSync(folder, { recursive: true });
    cpSync(kept, folder, options);
  };
  return { place, reset };
}
