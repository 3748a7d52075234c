import { statSync } from "node:fs";

/** Whether a folder is there, also behind a link. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, not a folder on the way, a circle of links, not ours to see: no root in any case.
    return false;
  }
}
