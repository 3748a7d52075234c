import fs from "node:fs";

import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";

const NO_LINKS: ReadonlySet<unknown> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
]);

/**
 * Gives a file a second name. True also where it has that name already; false where something else has it, which
 * stays. Throws `DatabaseError`: `LMDB_STORE_NO_LINKS`, or what else the file system says.
 */
export function linkFile(path: string, name: string): boolean {
  try {
    fs.linkSync(path, name);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return isSameFile(path, name);
    if (!NO_LINKS.has(code)) throw toDatabaseError(path, error);
    const reason = `it cannot get a second name (a hard link) there: ${String(code)}`;
    throw new DatabaseError("LMDB_STORE_NO_LINKS", path, reason, error);
  }
}

/** Whether both names are of one file; false where one of them is not there. */
export function isSameFile(one: string, other: string): boolean {
  const options = { bigint: true, throwIfNoEntry: false } as const;
  const [first, second] = [fs.lstatSync(one, options), fs.lstatSync(other, options)];
  if (first === undefined || second === undefined) return false;
  return first.ino === second.ino && first.dev === second.dev;
}
