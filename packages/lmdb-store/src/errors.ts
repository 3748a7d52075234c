/**
 * A database file that must not be opened: LMDB would end the process, or give wrong records. It is
 * left as it is.
 */
export class DamagedDatabaseError extends Error {
  override readonly name = "DamagedDatabaseError";
  readonly code = "LMDB_STORE_DAMAGED";
  readonly path: string;
  readonly reason: string;
  /** The newest backup that was made of it and is still there; undefined: none is known. */
  readonly backupPath: string | undefined;

  constructor(path: string, reason: string, facts: { backupPath?: string | undefined } = {}) {
    const { backupPath } = facts;
    const advice = backupPath === undefined ? "" : `; the newest backup of it is ${backupPath}`;
    super(`${path} is damaged: ${reason}${advice}`);
    this.path = path;
    this.reason = reason;
    this.backupPath = backupPath;
  }
}

/** How many records that are in no collection, or collections that have records, another program has written. */
export type ForeignContents =
  | { readonly kind: "records"; readonly count: number }
  | { readonly kind: "collections"; readonly count: number };

/** A healthy file that this package has not written, or a later version of it has. It is left as it is. */
export class ForeignDatabaseError extends Error {
  override readonly name = "ForeignDatabaseError";
  readonly code = "LMDB_STORE_FOREIGN";
  readonly path: string;
  readonly reason: string;
  /**
   * What a healthy LMDB file holds of which nothing was written by this package: records outside of collections, or
   * collections; undefined for any other file.
   */
  readonly holds: ForeignContents | undefined;

  constructor(path: string, reason: string, facts: { holds?: ForeignContents | undefined } = {}) {
    super(`${path} is no database of this package: ${reason}`);
    this.path = path;
    this.reason = reason;
    this.holds = facts.holds;
  }
}

/** Why a database could not be used as it was asked for. Stable within a major version; messages are not. */
export type DatabaseErrorCode =
  /** The native part of `lmdb` cannot be loaded here. */
  | "LMDB_STORE_UNAVAILABLE"
  /** It lies on a network file system, where LMDB's locks and its map of the file do not hold. */
  | "LMDB_STORE_NETWORK"
  /** LMDB did not open it, also when tried again. */
  | "LMDB_STORE_OPEN_FAILED"
  /** The transaction would make the file larger than its `maxSize`. */
  | "LMDB_STORE_FULL"
  /** The disk is full. */
  | "LMDB_STORE_NO_SPACE"
  /** Its folder or a file beside it cannot be written. */
  | "LMDB_STORE_ACCESS_DENIED"
  /** The file has several names: hard links. */
  | "LMDB_STORE_LINKED"
  /** Where a backup was to be made stands something that is no backup of this database. */
  | "LMDB_STORE_EXISTS"
  /** The file was removed, or another one put in its place, while it was open. */
  | "LMDB_STORE_REPLACED"
  /** Another program has it open, or writes to it all the time. */
  | "LMDB_STORE_IN_USE"
  /** Its file system gives no file a second name: it has no hard links, or does not allow this one. */
  | "LMDB_STORE_NO_LINKS"
  | "LMDB_STORE_IO";

/** A database that cannot be opened, or a transaction that was not made. Nothing was changed. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;
  readonly path: string;
  readonly reason: string;

  constructor(code: DatabaseErrorCode, path: string, reason: string, cause?: unknown) {
    super(`${path}: ${reason}`, { cause });
    this.code = code;
    this.path = path;
    this.reason = reason;
  }
}

/** A `maxSize` that no database can have. */
export class DatabaseSizeError extends RangeError {
  override readonly name = "DatabaseSizeError";
  readonly code = "LMDB_STORE_SIZE_INVALID";
  readonly size: unknown;

  constructor(size: unknown, reason: string) {
    super(`a maximum size of ${String(size)} bytes is none: ${reason}`);
    this.size = size;
  }
}
