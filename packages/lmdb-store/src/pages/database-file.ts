import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

import { ForeignDatabaseError } from "../errors.ts";
import { toDatabaseError } from "../lmdb-error.ts";

/**
 * A database file that is open for reading. Who opened it closes its descriptor. What the file system
 * refuses is a `DatabaseError`.
 */
export interface DatabaseFile {
  readonly path: string;
  readonly descriptor: number;
  /** Its size now. */
  readonly size: () => number;
  /** Fills the buffer from that position on; fewer bytes than it has room for: the file ended. */
  readonly read: (into: Uint8Array, position: number) => number;
}

// Without it, opening a named pipe would wait for a writer. Windows has neither.
const NO_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens the file; undefined when it is missing or still empty. Throws `ForeignDatabaseError` for what is
 * no file, and `DatabaseError`.
 */
export function openDatabaseFile(path: string): DatabaseFile | undefined {
  const descriptor = openIfPresent(path);
  if (descriptor === undefined) return undefined;
  let isKept = false;
  try {
    const stats = orDatabaseError(path, () => fstatSync(descriptor));
    if (!stats.isFile()) throw new ForeignDatabaseError(path, "it is no file");
    isKept = stats.size > 0;
    if (!isKept) return undefined;
    return {
      path,
      descriptor,
      size: () => orDatabaseError(path, () => fstatSync(descriptor).size),
      read: (into, position) => orDatabaseError(path, () => fill(descriptor, into, position)),
    };
  } finally {
    if (!isKept) closeSync(descriptor);
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | NO_WAITING);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw toDatabaseError(path, error);
  }
}

function orDatabaseError<R>(path: string, ask: () => R): R {
  try {
    return ask();
  } catch (error) {
    throw toDatabaseError(path, error);
  }
}

function fill(descriptor: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(descriptor, into, done, into.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
