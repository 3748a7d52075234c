/** ISO 8601 in UTC; `-` for a time that a damaged record does not tell. */
export function isoTime(time: Date | undefined): string {
  return time === undefined || Number.isNaN(time.getTime()) ? "-" : time.toISOString();
}
