import { TrackerError } from "../errors.ts";

/** A record as it is stored: its times are texts. */
export type Stored<R> = { [Field in keyof R]: R[Field] extends Date ? string : R[Field] };

/**
 * ISO 8601 in UTC. Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for what is no time, and for one before
 * 1970: records are in the order of their times, which are counted from there.
 */
export function timeOf(time: Date | string): string {
  return new Date(millisecondsOf(time)).toISOString();
}

/** Since 1970. Throws as `timeOf` does. */
export function millisecondsOf(time: Date | string): number {
  const milliseconds = time instanceof Date ? time.getTime() : Date.parse(time);
  if (milliseconds >= 0) return milliseconds;
  const shown = time instanceof Date ? "the Date" : JSON.stringify(time);
  throw new TrackerError("TRACKER_RECORD_INVALID", `${shown} is no time since 1970`);
}
