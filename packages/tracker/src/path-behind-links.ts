import fs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

// As many as Linux follows (path_resolution(7)).
const MOST_LINKS = 40;

/** Where the path leads, links followed, also when there is no file yet: the store puts it there. */
export function pathBehindLinks(path: string): string {
  let target = resolve(path);
  try {
    for (let links = 0; links < MOST_LINKS; links += 1) {
      if (fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
      target = resolve(dirname(target), fs.readlinkSync(target));
    }
    return join(fs.realpathSync.native(dirname(target)), basename(target));
  } catch {
    // Its folder is not there: it is going to be made where the path says.
    return target;
  }
}
