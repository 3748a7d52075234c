const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Nobody counts in days for longer.
const MOST_DAYS = 60;

/** How long ago an ISO time was, as people say it; the day where that is long ago, and what is no time of the past as it is. */
export function ageOf(time: string, now: Date): string {
  const passed = now.getTime() - Date.parse(time);
  // The clocks of two machines differ a little.
  if (Number.isNaN(passed) || passed < -MINUTE) return time;
  if (passed < MINUTE) return "just now";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < 2 * DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < MOST_DAYS * DAY) return `${Math.floor(passed / DAY)} days ago`;
  return new Date(time).toISOString().slice(0, 10);
}
