import { dirname } from "node:path";

import { isLink } from "../is-link.ts";
import { isWithin, realPathOf } from "../real-path.ts";

/** A link that is not to be followed, and why not. */
export interface LinkOut {
  readonly path: string;
  readonly reason: string;
}

/**
 * The link on the way from a folder to `path`, or in its place, that leads out of that folder (and of `others`), or
 * to nothing; undefined where there is none. Neither need be there; `path` must be spelled below `folder`. A link
 * may have come with a repository: what it leads to is not ours, and where one leads to nothing, something would
 * be created.
 */
export function findLinkOut(
  folder: string,
  path: string,
  others: readonly string[] = [],
): LinkOut | undefined {
  if (realPathOf(folder) === undefined) return isLink(folder) ? toNothing(folder) : undefined;
  for (let part = path; part !== folder && part !== dirname(part); part = dirname(part)) {
    const real = realPathOf(part);
    if (real === undefined && isLink(part)) return toNothing(part);
    if (real === undefined) continue;
    const isInside = [folder, ...others].some((one) => isWithin(realPathOf(one) ?? one, real));
    return isInside
      ? undefined
      : { path: part, reason: `it is a link that leads out of ${folder}` };
  }
  return undefined;
}

function toNothing(path: string): LinkOut {
  return { path, reason: "it is a link that leads to nothing" };
}
