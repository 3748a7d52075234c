import { basename, dirname, join } from "node:path";

import { toTypedError } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";
import { absolutePath, followLinks } from "./follow-links.ts";

/** One file has one lock, by whatever name it is reached. Throws `WriteError`. */
export function* lockPathOf(path: string): Protocol<string> {
  const start = absolutePath(path);
  try {
    const { target, previous } = yield* followLinks(start);
    // A folder has spellings of its own: `dir/.`, `dir/`.
    if (previous?.isDirectory() === true) return `${yield* call("realpath", target)}.lock`;
    return join(yield* call("realpath", dirname(target)), `${basename(target)}.lock`);
  } catch (error) {
    throw toTypedError(path, error);
  }
}
