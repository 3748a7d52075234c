import fs from "node:fs";

import { errnoOf } from "./errno.ts";
import { PlanningError, unreadable } from "./errors.ts";

/** The most bytes of a file that people and agents write by hand: parsers are not let loose on more. */
export const MOST_BYTES = 2 ** 20;

/**
 * The bytes of a regular file of 1 MiB at most; undefined when there is none. Throws `PlanningError`
 * (`PLANNING_UNREADABLE`, `PLANNING_TOO_LARGE`).
 */
export function readBounded(path: string): Uint8Array | undefined {
  try {
    // A pipe of that name would be waited for.
    const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    try {
      const stats = fs.fstatSync(file);
      if (!stats.isFile()) throw new PlanningError("PLANNING_UNREADABLE", path, "it is no file");
      assertBounded(path, stats.size);
      return fs.readFileSync(file);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    if (error instanceof PlanningError) throw error;
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(path, error);
  }
}

/** Throws what `readBounded` throws: before a lock is taken, for a pipe would be waited for under it. */
export function assertReadable(path: string): void {
  readBounded(path);
}

/** Throws `PlanningError` (`PLANNING_TOO_LARGE`) for a size that no such file has. */
export function assertBounded(path: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new PlanningError(
    "PLANNING_TOO_LARGE",
    path,
    `it is larger than ${MOST_BYTES / 2 ** 20} MiB`,
  );
}
