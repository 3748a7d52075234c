import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

import { codedError } from "../errors/coded-error.ts";
import { codeOf, isSystemError } from "../errors/error-code.ts";

/** The most bytes of a file that people write by hand: a parser is not let loose on more. */
const MOST_BYTES = 2 ** 20;

// A pipe of that name would be waited for.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a regular file of 1 MiB at most; undefined where there is none. Throws
 * `CABINET_INIT_UNREADABLE`, `CABINET_INIT_TOO_LARGE`.
 */
export function readBounded(path: string): Uint8Array | undefined {
  try {
    const file = openSync(path, FLAGS);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw unreadable(path, "it is no file");
      assertBounded(path, stats.size);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (!isSystemError(error)) throw error;
    throw unreadable(path, error.message, error);
  }
}

/** Throws `CABINET_INIT_TOO_LARGE`. */
export function assertBounded(path: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  const reason = `it is larger than ${MOST_BYTES / 2 ** 20} MiB`;
  throw codedError("CABINET_INIT_TOO_LARGE", path, reason);
}

function unreadable(path: string, reason: string, cause?: unknown): Error {
  return codedError("CABINET_INIT_UNREADABLE", path, reason, cause);
}
