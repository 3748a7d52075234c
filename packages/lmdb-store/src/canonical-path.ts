import fs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";

// As many as Linux follows (path_resolution(7)).
const MOST_LINKS = 40;

/**
 * The path of the file behind all links, there already or not, so that one file has one environment and
 * one lock. Makes its folder. Throws a TypeError for what is no path, and `DatabaseError`
 * (`LMDB_STORE_LINKED` for a file that has several names).
 */
export function canonicalPath(path: string): string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError(`${JSON.stringify(path)} is no path`);
  }
  let target = resolve(path);
  try {
    for (let links = 0; fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink();) {
      links += 1;
      if (links > MOST_LINKS) throw new Error("it is behind too many links");
      target = resolve(dirname(target), fs.readlinkSync(target));
    }
    fs.mkdirSync(dirname(target), { recursive: true });
    const canonical = join(fs.realpathSync.native(dirname(target)), basename(target));
    return fs.existsSync(canonical) ? ownName(canonical) : canonical;
  } catch (error) {
    throw toDatabaseError(target, error);
  }
}

/** Also on a file system that does not tell upper from lower case. */
function ownName(path: string): string {
  const stats = fs.statSync(path);
  if (stats.isFile() && stats.nlink > 1) {
    const reason = "the file has several names (hard links), and each would have a lock of its own";
    throw new DatabaseError("LMDB_STORE_LINKED", path, reason);
  }
  return fs.realpathSync.native(path);
}
