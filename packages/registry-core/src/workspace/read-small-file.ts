import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

// What git itself accepts as a `.git` file (setup.c, read_gitfile_gently).
const LARGEST_BYTES = 2 ** 20;

// Does not wait for the other end of a pipe.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The text of a file of at most 1 MiB; undefined for all else: nothing there, a folder, a pipe, a
 * larger file, one that must not be read. Never throws, never waits.
 */
export function readSmallFile(path: string): string | undefined {
  try {
    const descriptor = openSync(path, FLAGS);
    try {
      return readText(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function readText(descriptor: number): string | undefined {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.size > LARGEST_BYTES) return undefined;
  const bytes = Buffer.alloc(stats.size);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    // It is shorter by now.
    if (read === 0) break;
    length += read;
  }
  return bytes.toString("utf8", 0, length);
}
