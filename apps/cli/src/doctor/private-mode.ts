import { closeSync, constants, fchmodSync, fstatSync, openSync, type Stats } from "node:fs";

const OTHERS_BITS = 0o077;
const MODE_BITS = 0o7777;

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/** The mode of a file or folder of this user that others may use; undefined for any other. */
export function exposedModeIn(stats: Stats | undefined): number | undefined {
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return undefined;
  const isOwn = stats.uid === process.geteuid?.();
  return isOwn && (stats.mode & OTHERS_BITS) !== 0 ? stats.mode & MODE_BITS : undefined;
}

/** That mode without the rights of others. */
export function privateMode(mode: number): number {
  return mode & ~OTHERS_BITS;
}

/**
 * Takes from others what they may do with a file or folder of this user. Gives whether there was anything to take.
 * Follows no link. Throws what the file system says: `ELOOP` for a link.
 */
export function takeFromOthers(path: string, kind: "any" | "folder" = "any"): boolean {
  if (process.platform === "win32") return false;
  const only = kind === "folder" ? O_DIRECTORY : 0;
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | only);
  try {
    const mode = exposedModeIn(fstatSync(descriptor));
    if (mode === undefined) return false;
    fchmodSync(descriptor, privateMode(mode));
    return true;
  } finally {
    closeSync(descriptor);
  }
}
