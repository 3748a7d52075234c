/** A database file that must not be opened: LMDB would end the process, or give wrong records. */
export class DamagedDatabaseError extends Error {
  override readonly name = "DamagedDatabaseError";
  readonly code = "LMDB_STORE_DAMAGED";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path} is damaged: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
