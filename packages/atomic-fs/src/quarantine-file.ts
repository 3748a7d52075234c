import fs from "node:fs";

import { assertRegularFile } from "./assert-regular-file.ts";
import { errnoOf, toTypedError } from "./errors.ts";
import { syncFileCalls } from "./file-calls.ts";
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
    const { target, previous } = followLinks(syncFileCalls, start);
    if (previous !== undefined) assertRegularFile(path, previous);
    return options.keep === true ? linkAside(target) : moveAside(target);
  } catch (error) {
    throw toTypedError(path, error);
  }
}

/** A second name for the same content. */
function linkAside(path: string): string {
  return atFreeName(path, (aside) => linkOrCopy(path, aside));
}

/** Another name for the content, by one call: nobody's newer file can go with it. */
function moveAside(path: string): string {
  // A name that is taken first is nobody else's, so the rename replaces nothing.
  const aside = atFreeName(path, (name) => fs.closeSync(fs.openSync(name, "wx", 0o600)));
  try {
    fs.renameSync(path, aside);
  } catch (error) {
    fs.unlinkSync(aside);
    throw error;
  }
  return aside;
}

function atFreeName(path: string, take: (aside: string) => void): string {
  for (let digits = Date.now(); ; digits += 1) {
    const aside = `${path}.broken-${digits}`;
    try {
      take(aside);
      return aside;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  }
}

/** A copy where the file system has no hard links; synced, for the original may go next. */
function linkOrCopy(path: string, aside: string): void {
  try {
    fs.linkSync(path, aside);
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errno)) throw error;
    fs.copyFileSync(path, aside, fs.constants.COPYFILE_EXCL);
    const descriptor = fs.openSync(aside, "r+");
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
