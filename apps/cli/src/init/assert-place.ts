import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";

import { findLinkOut, isWithin, realPathOf, realPathOfPart } from "@x/registry-core/workspace";

import { codedError } from "../errors/coded-error.ts";
import { codeOf, isSystemError } from "../errors/error-code.ts";

/** Throws `CABINET_INIT_OUTSIDE` where a link on the way to `path`, or in its place, leads out of `folder` or to nothing. */
export function assertWithin(folder: string, path: string): void {
  const link = findLinkOut(folder, path);
  if (link !== undefined) throw outside(link.path, link.reason);
}

/** The same for the file itself that is going to be replaced. */
export function assertTargetWithin(folder: string, path: string, target: string): void {
  if (isWithin(realPathOf(folder) ?? folder, realPathOfPart(target))) return;
  throw outside(path, `it leads out of ${folder}`);
}

/** Throws `CABINET_INIT_NOT_FOLDER` where something else has the name of a folder that is needed. */
export function assertFolderOrNothing(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  throw codedError("CABINET_INIT_NOT_FOLDER", path, "it is no folder");
}

/**
 * Throws what writing the file would throw for want of the right to (`ATOMIC_FS_ACCESS_DENIED`,
 * `ATOMIC_FS_READ_ONLY`), before anything else is written.
 */
export function assertWritable(path: string): void {
  const target = realPathOfPart(path);
  let folder = dirname(target);
  while (statSync(folder, { throwIfNoEntry: false }) === undefined) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const code = codeOf(error) === "EROFS" ? "ATOMIC_FS_READ_ONLY" : "ATOMIC_FS_ACCESS_DENIED";
    throw codedError(code, path, error.message, error);
  }
}

function outside(path: string, reason: string): Error {
  return codedError("CABINET_INIT_OUTSIDE", path, reason);
}
