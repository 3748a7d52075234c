/** Whether the store has no room for what was to be written: known by its code, for engines are not known here. */
export function isFullError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "LMDB_STORE_FULL";
}
