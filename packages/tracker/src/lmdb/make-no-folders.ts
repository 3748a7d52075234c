import fs from "node:fs";

/**
 * For a process that works on beside everybody's back: from now on it makes no folder, and what would make one meets the
 * error of a folder that is not there (`ENOENT`). Who removes a home, or the folder of a test, does not find it again. To look
 * before the database is opened would not do: it may be removed right then.
 */
export function makeNoFolders(): void {
  Reflect.set(fs, "mkdirSync", (path: fs.PathLike): undefined => void fs.statSync(path));
}
