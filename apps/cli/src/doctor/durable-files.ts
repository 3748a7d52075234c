import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";

import { createFolderSync, syncFolderSync } from "@x/atomic-fs";

import { codeOf } from "../errors/error-code.ts";

// Windows asks for the right to write of who syncs a file.
const TO_SYNC = process.platform === "win32" ? "r+" : "r";

/** Creates the folders on the way from `top`, which must be there, to `folder`. Durable. */
export function createFoldersSync(top: string, folder: string): void {
  if (folder === top || dirname(folder) === folder) return;
  createFoldersSync(top, dirname(folder));
  createFolderSync(folder);
}

/** Copies a file to where there is none. Durable. */
export function copyDurably(path: string, copy: string): void {
  copyFileSync(path, copy, constants.COPYFILE_EXCL);
  syncFile(copy);
  syncFolderSync(dirname(copy));
}

/**
 * Moves a file, or a link itself, to where there is none. Durable; killed anywhere, it is in its place, or there, or
 * both.
 */
export function moveDurably(path: string, copy: string): void {
  try {
    renameSync(path, copy);
  } catch (error) {
    if (codeOf(error) !== "EXDEV" || !lstatSync(path).isFile()) throw error;
    moveAcross(path, copy);
  }
  syncFolderSync(dirname(copy));
  syncFolderSync(dirname(path));
}

/** To another file system: the file goes when its copy is on the disk, and nobody has written to it meanwhile. */
function moveAcross(path: string, copy: string): void {
  copyDurably(path, copy);
  if (Buffer.compare(readFileSync(path), readFileSync(copy)) !== 0) {
    throw new Error(`${path} has changed while it was moved`);
  }
  unlinkSync(path);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, TO_SYNC);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
