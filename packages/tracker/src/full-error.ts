import { errnoOf } from "./errno.ts";

export const FULL_CODE = "LMDB_STORE_FULL";

/** Whether the store has no room for what was to be written: known by its code, for engines are not known here. */
export function isFullError(error: unknown): boolean {
  return errnoOf(error) === FULL_CODE;
}
