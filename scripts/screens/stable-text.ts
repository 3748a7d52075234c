/** Where and when it was printed. */
interface Printing {
  readonly folder: string;
  readonly now: number;
}

const HALF_HOUR = 1_800_000;
const DAY = 48 * HALF_HOUR;
/** What people are shown instead: as long as the real ones, so that columns and boxes stay whole. */
const FOLDER = "/home/me/code";
const NOW = Date.parse("2026-03-10T14:05:08.170Z");

/** A text that does not tell in which folder it was printed, and when. */
export function stableText(text: string, { folder, now }: Printing): string {
  if (folder.length !== FOLDER.length) throw new Error(`${folder} is not as long as ${FOLDER}`);
  const stable = text.replaceAll(folder, FOLDER);
  return stable.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) => {
    const passed = Date.parse(time) - now;
    // What is older has a time of its own in what was prepared.
    if (Math.abs(passed) > DAY) return time;
    return new Date(NOW + Math.round(passed / HALF_HOUR) * HALF_HOUR).toISOString();
  });
}
