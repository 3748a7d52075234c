import { lstatSync } from "node:fs";

/** Whether a link has that name, wherever it leads. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    // Not there, or not to be reached: who reads or writes it will say which.
    return false;
  }
}
