import { isAbsolute, relative, sep } from "node:path";

/** Whether `path` is `folder` or lies in it, both in their one spelling. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
}
