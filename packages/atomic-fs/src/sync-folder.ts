import { constants } from "node:fs";

import { errnoOf } from "./errors.ts";
import type { FileCalls, Protocol } from "./file-calls.ts";

/** Makes the names in a folder durable: what was created, renamed or removed there stays so. */
export function* syncFolder(files: FileCalls, folder: string): Protocol<void> {
  // Windows cannot open a folder for this; NTFS journals names itself.
  if (process.platform === "win32") return;
  const descriptor = files.open(folder, constants.O_RDONLY, 0);
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
