import { dirname, isAbsolute, resolve, sep } from "node:path";

import { toTypedError } from "./errors.ts";
import type { FileCalls } from "./file-calls.ts";
import type { FileFacts } from "./file-facts.ts";

// Linux follows at most 40 links in a path (path_resolution(7)).
const MAXIMUM_LINKS = 40;

/**
 * The path with the folder it starts from, and nothing else changed: where a folder on the way is a
 * link, `..` behind it means what the system takes it for, not what the text suggests.
 */
export function absolutePath(path: string, folder?: string): string {
  if (typeof path !== "string" || path.includes("\0")) {
    throw new TypeError(`${JSON.stringify(path)} is no path`);
  }
  // Windows itself takes a path by its text.
  if (process.platform === "win32") return resolve(folder ?? ".", path);
  return isAbsolute(path) ? path : `${folder ?? currentFolder(path)}${sep}${path}`;
}

function currentFolder(path: string): string {
  try {
    return process.cwd();
  } catch (error) {
    // It was deleted under this process.
    throw toTypedError(path, error);
  }
}

/** Where a path leads when all links are followed. */
export interface Place {
  readonly target: string;
  /** What is there; undefined: nothing. */
  readonly previous: FileFacts | undefined;
}

/**
 * Where `path` leads when it is a symbolic link, dangling ones too, and what is there now
 * (undefined: nothing). Ordinary files cost one call.
 */
export function followLinks(files: FileCalls, path: string): Place {
  let target = path;
  for (let links = 0; links <= MAXIMUM_LINKS; links += 1) {
    const previous = files.lstat(target);
    if (previous?.isSymbolicLink() !== true) return { target, previous };
    const folder = files.realpath(dirname(target));
    target = absolutePath(files.readlink(target), folder);
  }
  throw Object.assign(new Error(`too many symbolic links at ${path}`), { code: "ELOOP" });
}
