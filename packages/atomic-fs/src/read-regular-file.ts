import { constants } from "node:fs";

import { assertRegularFile } from "./assert-regular-file.ts";
import { errnoOf } from "./errors.ts";
import type { FileCalls } from "./file-calls.ts";
import type { FileFacts } from "./file-facts.ts";

export interface RegularFile {
  readonly stats: FileFacts;
  readonly bytes: Uint8Array;
}

// Neither follows a link that was put there just now, nor waits for the other end of a pipe.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

// One read call gives less than 2 GiB (read(2)).
const LARGEST_READ_BYTES = 2 ** 30;

/** All of a file, and what it is, from one opening; undefined when there is none. */
export function readRegularFile(files: FileCalls, path: string): RegularFile | undefined {
  let descriptor: number;
  try {
    descriptor = files.open(path, FLAGS, 0);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stats = files.fstat(descriptor);
    assertRegularFile(path, stats);
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const wanted = Math.min(bytes.length - length, LARGEST_READ_BYTES);
      const read = files.read(descriptor, bytes, length, wanted);
      // It is shorter by now: somebody truncates it in place.
      if (read === 0) break;
      length += read;
    }
    return { stats, bytes: bytes.subarray(0, length) };
  } finally {
    files.close(descriptor);
  }
}
