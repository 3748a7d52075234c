import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

import { syncFolderSync } from "@x/atomic-fs";

import { codeOf } from "../errors/error-code.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = constants;
// Windows has neither.
const NO_LINK = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Whether a folder has no ignore file, or an empty one, which is what a killed process may have left of it. */
export function isHidable(folder: string): boolean {
  const stats = lstatSync(ignoreFileOf(folder), { throwIfNoEntry: false });
  return stats === undefined || (stats.isFile() && stats.size === 0);
}

/**
 * Has git ignore all of a folder, unless somebody has said there what git ignores. Gives whether it did. Follows no
 * link, and replaces nothing. Durable. Throws what the file system says.
 */
export function hideFolder(folder: string): boolean {
  if (!isHidable(folder)) return false;
  const descriptor = openEmpty(ignoreFileOf(folder));
  if (descriptor === undefined) return false;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > 0) return false;
    writeSync(descriptor, "*\n");
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolderSync(folder);
  return true;
}

/** Undefined where there is something else by now. */
function openEmpty(path: string): number | undefined {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  try {
    return openSync(path, O_WRONLY | O_APPEND | NO_LINK);
  } catch (error) {
    // A link, a folder, a pipe; or it has gone again.
    if (["ELOOP", "EISDIR", "ENXIO", "ENOENT"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

function ignoreFileOf(folder: string): string {
  return join(folder, ".gitignore");
}
