import { constants } from "node:fs";

import { errnoOf, toTypedError } from "./errors.ts";
import { type FileCalls, type Protocol, runAsync, runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath } from "./follow-links.ts";

/**
 * Makes the names in a folder durable: what was created, renamed or removed there before survives a power cut. On
 * Windows, where NTFS journals names itself, and on file systems that know no sync of a folder (SMB, some FUSE), there
 * is nothing to do. Throws `WriteError`.
 */
export async function syncFolder(path: string): Promise<void> {
  const folder = absolutePath(path);
  try {
    await runAsync(syncNames(syncFileCalls, folder));
  } catch (error) {
    throw toTypedError(path, error);
  }
}

/** As `syncFolder`. */
export function syncFolderSync(path: string): void {
  const folder = absolutePath(path);
  try {
    runSync(syncNames(syncFileCalls, folder), syncFileCalls);
  } catch (error) {
    throw toTypedError(path, error);
  }
}

// Windows has no such flag, and opens none.
const FOLDER_ACCESS = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);

/** What both do, for a protocol. Throws what the calls throw. */
export function* syncNames(files: FileCalls, folder: string): Protocol<void> {
  // It cannot open a folder for this.
  if (process.platform === "win32") return;
  const descriptor = files.open(folder, FOLDER_ACCESS, 0);
  try {
    yield (slow) => slow.fsync(descriptor);
  } catch (error) {
    // Some file systems (SMB, some FUSE) know no sync of a folder; there is nothing more to do.
    const isUnknown = ["EINVAL", "ENOTSUP"].includes(errnoOf(error) ?? "");
    if (!isUnknown) closeAfter(files, descriptor, error);
  }
  files.close(descriptor);
}

// Only Windows asks for the right to write of who syncs a file.
const SYNC_ACCESS = process.platform === "win32" ? constants.O_RDWR : constants.O_RDONLY;

/** Opens a file, and no link, that is to be synced. */
export function openToSync(files: FileCalls, path: string): number {
  return files.open(path, SYNC_ACCESS | (constants.O_NOFOLLOW ?? 0), 0);
}

/** Closes after a failure, and throws that failure rather than one of the close. */
export function closeAfter(files: FileCalls, descriptor: number, failure: unknown): never {
  try {
    files.close(descriptor);
  } catch {
    // The file is given up anyway; what went wrong first is what the caller must see.
  }
  throw failure;
}
