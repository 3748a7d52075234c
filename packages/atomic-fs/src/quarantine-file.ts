import fs from "node:fs";

import { errnoOf, toWriteError } from "./errors.ts";
import { runSync } from "./file-calls.ts";
import { absolutePath, followLinks } from "./follow-links.ts";

/**
 * Sets a damaged file aside as `<path>.broken-<digits>`, and gives that path. Never over an older
 * one, and without an instant in which the content has no name. Of a symbolic link it is the file
 * behind it that is set aside, beside itself. With `keep`, the file also stays where it is until
 * the caller replaces it. Throws `WriteError`.
 */
export function quarantineFileSync(path: string, options: { keep?: boolean } = {}): string {
  const start = absolutePath(path);
  try {
    const { target } = runSync(followLinks(start));
    const aside = linkAside(target);
    if (options.keep !== true) fs.unlinkSync(target);
    return aside;
  } catch (error) {
    throw toWriteError(path, error, false);
  }
}

function linkAside(path: string): string {
  for (let digits = Date.now(); ; digits += 1) {
    const aside = `${path}.broken-${digits}`;
    try {
      linkOrCopy(path, aside);
      return aside;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  }
}

/** A second name for the same content; a copy where the file system has no hard links. */
function linkOrCopy(path: string, aside: string): void {
  try {
    fs.linkSync(path, aside);
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errno)) throw error;
    fs.copyFileSync(path, aside, fs.constants.COPYFILE_EXCL);
  }
}
