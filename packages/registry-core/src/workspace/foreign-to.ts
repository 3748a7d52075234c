import { lstatSync, type Stats, statSync } from "node:fs";

import { upward } from "../upward.ts";

/**
 * Tells what on the way upward from a folder (it need not exist) somebody else has laid there:
 * neither this process's user, nor root, nor the owner of that folder. On Windows that is nothing.
 * A link is judged itself, not what it leads to; what is not there is nobody's, and so foreign.
 *
 * Git obeys no such repository either (git-config(1), safe.directory).
 */
export function foreignTo(from: string): (path: string) => boolean {
  const user = process.geteuid?.();
  if (user === undefined) return () => false;
  const nearest = upward(from).find((folder) => ownerOf(folder) !== undefined) ?? from;
  const trusted = new Set([0, user, ownerOf(nearest)]);
  return (path) => {
    const owner = ownerOf(path, lstatSync);
    return owner === undefined || !trusted.has(owner);
  };
}

/** The user id of a path's owner, links followed by `statSync`; undefined when it cannot be seen. */
export function ownerOf(
  path: string,
  look: (path: string) => Stats = statSync,
): number | undefined {
  try {
    return look(path).uid;
  } catch {
    return undefined;
  }
}
