import { basename, dirname, join } from "node:path";

import { toTypedError } from "../errors.ts";
import type { FileCalls } from "../file-calls.ts";
import { absolutePath, followLinks } from "../follow-links.ts";

/** The lock of a file that is no link: in its folder, by whatever path that is reached. */
export function lockBeside(target: string): string {
  return `${target}.lock`;
}

/** One file has one lock, by whatever name it is reached. Throws `WriteError`. */
export function lockPathOf(files: FileCalls, path: string): string {
  const start = absolutePath(path);
  try {
    const { target, previous } = followLinks(files, start);
    // A folder has spellings of its own: `dir/.`, `dir/`.
    if (previous?.isDirectory() === true) return `${files.realpath(target)}.lock`;
    return join(files.realpath(dirname(target)), `${basename(target)}.lock`);
  } catch (error) {
    throw toTypedError(path, error);
  }
}
