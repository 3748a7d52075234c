import type { Stats } from "node:fs";
import { dirname, resolve } from "node:path";

import { errnoOf } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";

// Linux follows at most 40 links in a path (path_resolution(7)).
const MAXIMUM_LINKS = 40;

/**
 * Where `path` leads when it is a symbolic link, dangling ones too, and what is there now
 * (undefined: nothing). Ordinary files cost one call.
 */
export function* followLinks(
  path: string,
): Protocol<{ target: string; previous: Stats | undefined }> {
  let target = path;
  for (let links = 0; links <= MAXIMUM_LINKS; links += 1) {
    const previous = yield* statIfPresent(target);
    if (previous?.isSymbolicLink() !== true) return { target, previous };
    const folder = yield* call("realpath", dirname(target));
    target = resolve(folder, yield* call("readlink", target));
  }
  throw Object.assign(new Error(`too many symbolic links at ${path}`), { code: "ELOOP" });
}

function* statIfPresent(path: string): Protocol<Stats | undefined> {
  try {
    return yield* call("lstat", path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
