/** Why something is not recorded. Stable within a major version; messages are not. */
export type TrackerErrorCode =
  /** What was given is no record: a field is missing, or of another kind, or too large. */
  | "TRACKER_RECORD_INVALID"
  /** The database is full: no new activity is taken until some are pruned. */
  | "TRACKER_FULL"
  /** The database cannot be opened, or is closed. */
  | "TRACKER_UNAVAILABLE"
  /** Where the database is to be stands one of the original tracker. It stays as it is until it is migrated. */
  | "TRACKER_DATABASE_OLD"
  /** That one could not give its place to a new database. It stays as it is. */
  | "TRACKER_NOT_REPLACED"
  /** A journal was written by a later version, or cannot be read. It stays as it is. */
  | "TRACKER_JOURNAL_UNREADABLE"
  /** The process that applies journals did not come to its end. */
  | "TRACKER_FLUSH_FAILED";

/** Something that could not be recorded or read. What was recorded before is untouched. */
export class TrackerError extends Error {
  override readonly name = "TrackerError";
  readonly code: TrackerErrorCode;
  readonly reason: string;
  /** The database that it is about, where one is in the way. */
  readonly path: string | undefined;

  constructor(code: TrackerErrorCode, reason: string, cause?: unknown, path?: string) {
    super(reason, { cause });
    this.code = code;
    this.reason = reason;
    this.path = path;
  }
}
