import { constants } from "node:os";

import { WriteError } from "@x/atomic-fs";

import { DatabaseError, type DatabaseErrorCode } from "./errors.ts";

const CODE_OF_ERRNO: ReadonlyMap<unknown, DatabaseErrorCode> = new Map<unknown, DatabaseErrorCode>([
  [constants.errno.ENOSPC, "LMDB_STORE_NO_SPACE"],
  ["ENOSPC", "LMDB_STORE_NO_SPACE"],
  [constants.errno.EDQUOT, "LMDB_STORE_NO_SPACE"],
  ["EDQUOT", "LMDB_STORE_NO_SPACE"],
  [constants.errno.EACCES, "LMDB_STORE_ACCESS_DENIED"],
  ["EACCES", "LMDB_STORE_ACCESS_DENIED"],
  [constants.errno.EPERM, "LMDB_STORE_ACCESS_DENIED"],
  ["EPERM", "LMDB_STORE_ACCESS_DENIED"],
  [constants.errno.EROFS, "LMDB_STORE_ACCESS_DENIED"],
  ["EROFS", "LMDB_STORE_ACCESS_DENIED"],
]);

const OURS = /^(LMDB_STORE|ATOMIC_FS|REGISTRY)_/;

/** What LMDB (a number) or the file system (a name) has thrown, as the error that callers test by its code. */
export function toDatabaseError(
  path: string,
  cause: unknown,
  otherwise: DatabaseErrorCode = "LMDB_STORE_IO",
): Error {
  if (!(cause instanceof Error)) return new DatabaseError(otherwise, path, String(cause), cause);
  // Of a file that it has not written, only the reason is of interest here.
  if (cause instanceof WriteError && cause.cause instanceof Error) {
    return toDatabaseError(path, cause.cause, otherwise);
  }
  const code: unknown = "code" in cause ? cause.code : undefined;
  // Ours, those of @x/atomic-fs and of the port are what they are.
  if (typeof code === "string" && OURS.test(code)) return cause;
  if (cause instanceof TypeError) return cause;
  return new DatabaseError(CODE_OF_ERRNO.get(code) ?? otherwise, path, cause.message, cause);
}
