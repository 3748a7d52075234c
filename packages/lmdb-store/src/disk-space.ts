import fs from "node:fs";

import { writeFileAtomicSync } from "@x/atomic-fs";

import { emptyDatabase } from "./pages/empty-database.ts";
import { PRIVATE_MODE } from "./private-mode.ts";

// So much is written at a time.
const ZEROS = Buffer.alloc(2 ** 18);

/**
 * Makes the file so long, by writing zeros behind its end: the disk has room for what LMDB writes there
 * later. LMDB itself must not meet a full disk: what lmdb-js does then ends the process now and then (it
 * writes a message that is longer than the memory it took for it). On a file system that never writes over
 * a block (btrfs, zfs) it may meet one all the same. Throws what the file system throws; then the file
 * is as long as before.
 */
export function takeSpace(path: string, bytes: number): void {
  const descriptor = fs.openSync(path, "r+");
  try {
    const before = fs.fstatSync(descriptor).size;
    try {
      for (let at = before; at < bytes;) {
        at += fs.writeSync(descriptor, ZEROS, 0, Math.min(ZEROS.length, bytes - at), at);
      }
    } catch (error) {
      fs.ftruncateSync(descriptor, before);
      throw error;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Makes a database where there is none, and one that is shorter so long. */
export function ensureFile(path: string, bytes: number): void {
  const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) writeFileAtomicSync(path, emptyDatabase(bytes), { mode: PRIVATE_MODE });
  else takeSpace(path, bytes);
}

// So many of the file and of its lock file does LMDB take, and one more.
const DESCRIPTORS = 5;

/** Throws what LMDB must not meet: when its opening fails, lmdb-js may end the process. */
export function assertDescriptors(path: string): void {
  const descriptors: number[] = [];
  try {
    while (descriptors.length < DESCRIPTORS) descriptors.push(fs.openSync(path, "r+"));
  } finally {
    for (const descriptor of descriptors) fs.closeSync(descriptor);
  }
}
