import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";

/** The one spelling of a path, all links followed; undefined when it leads nowhere. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** Whether `path` is `folder` or lies in it, both in their one spelling. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
}
