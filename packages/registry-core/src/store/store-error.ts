/** Why a record, or a store, cannot be used. Stable within a major version; messages are not. */
export type StoreErrorCode =
  | "REGISTRY_KEY_INVALID"
  | "REGISTRY_RECORD_INVALID"
  | "REGISTRY_RECORD_CORRUPT"
  | "REGISTRY_CLOSED";

/** A record that cannot be addressed, stored or given, or a store that is closed. Nothing was changed. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  readonly reason: string;
  readonly collection: string | undefined;
  readonly key: string | undefined;

  constructor(
    code: StoreErrorCode,
    reason: string,
    facts: { collection?: string; key?: string; cause?: unknown } = {},
  ) {
    const { collection, key, cause } = facts;
    const subject =
      collection === undefined || key === undefined
        ? "the store"
        : `the record ${JSON.stringify(key)} of ${collection}`;
    super(`${subject}: ${reason}`, { cause });
    this.code = code;
    this.reason = reason;
    this.collection = collection;
    this.key = key;
  }
}
