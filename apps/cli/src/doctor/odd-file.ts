import { type Stats, statSync } from "node:fs";

import { isLink } from "@x/registry-core/workspace";

import { type Found, findingOf } from "./finding.ts";

// More than that Node reads into no buffer.
const MOST_BYTES = 2 ** 31 - 1;

/** The finding that the name of a file of ours is taken by something else; none where it is not. */
export function oddFile(what: string, path: string): Found[] {
  const reason = oddityAt(path);
  if (reason === undefined) return [];
  return [
    findingOf("unusable-file", {
      path,
      message: `What has the name of ${what} is of no use: ${reason}. Whoever needs that file fails.`,
      advice: "See who has made it, and move it to another folder.",
    }),
  ];
}

/** Why what has the name of a file can be read by nobody; undefined: it can, as far as its kind tells, or nothing is there. */
function oddityAt(path: string): string | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return isLink(path) ? "it is a link that leads to nothing" : undefined;
  if (stats.isFile()) return stats.size > MOST_BYTES ? "it is too large to be read" : undefined;
  return `it is ${kindOf(stats)}`;
}

/** Undefined where nothing is, or where it cannot be told: then whoever reads it says so. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A link to itself, a file in the place of its folder, or one that this user may not enter.
    return undefined;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}
