import fs from "node:fs";
import { dirname } from "node:path";

import { errnoOf, toTypedError } from "./errors.ts";
import { runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath } from "./follow-links.ts";
import { syncNames } from "./sync-folder.ts";

/**
 * Creates one folder, durably; the folder above it must be there. Gives false when something of
 * that name is there already. Throws `WriteError`.
 */
export function createFolderSync(path: string): boolean {
  const absolute = absolutePath(path);
  try {
    fs.mkdirSync(absolute);
    runSync(syncNames(syncFileCalls, dirname(absolute)), syncFileCalls);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw toTypedError(path, error);
  }
}
