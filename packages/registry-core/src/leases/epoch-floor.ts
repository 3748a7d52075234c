import fs from "node:fs";
import { basename, dirname } from "node:path";

// No phase is granted as often as that between two damages.
const ROOM = 2 ** 20;

/**
 * An epoch above all that a damaged registry can have given. What it had given cannot be known; but no
 * count of grants has come to the milliseconds of the clock, and where the clock may have been set back,
 * what was set aside before has its time in its name, and left room for those after it.
 */
export function epochFloor(path: string, now: Date): number {
  const times = timesOfAsides(path);
  return Math.max(0, now.getTime(), ...times) + (times.length + 1) * ROOM;
}

/** They are 64 at most: see `quarantineFile` of `@x/atomic-fs`. */
function timesOfAsides(path: string): number[] {
  const file = fs.realpathSync(path);
  const start = `${basename(file)}.broken-`;
  return fs
    .readdirSync(dirname(file))
    .filter((name) => name.startsWith(start))
    .map((name) => Number(name.slice(start.length)))
    .filter(Number.isSafeInteger);
}
