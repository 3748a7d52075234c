import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";

import { upward } from "./upward.ts";

/**
 * The one spelling of a path, with all links followed; undefined when it leads nowhere. Not
 * shortened before: `..` behind a link means what the system takes it for, as it does for git.
 */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** As `realPathOf`; of a path that leads nowhere the part that does, and the rest as it is. */
export function realPathOfPart(path: string): string {
  for (const folder of upward(path)) {
    const real = realPathOf(folder);
    if (real !== undefined) return join(real, relative(folder, path));
  }
  return path;
}

/** A path that stands in a file, seen from the folder that it is relative to. Not shortened. */
export function seenFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : `${folder}${sep}${path}`;
}

/** Whether `path` is `folder` or lies in it, both in their one spelling. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
}
