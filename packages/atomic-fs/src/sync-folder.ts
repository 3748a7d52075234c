import { constants } from "node:fs";

import { errnoOf } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";

/** Makes the names in a folder durable: what was created, renamed or removed there stays so. */
export function* syncFolder(folder: string): Protocol<void> {
  // Windows cannot open a folder for this; NTFS journals names itself.
  if (process.platform === "win32") return;
  const descriptor = yield* call("open", folder, constants.O_RDONLY, 0);
  try {
    yield* call("fsync", descriptor);
  } catch (error) {
    // Some file systems (SMB, some FUSE) know no sync of a folder; there is nothing more to do.
    const isUnknown = ["EINVAL", "ENOTSUP"].includes(errnoOf(error) ?? "");
    if (!isUnknown) yield* closeAfter(descriptor, error);
  }
  yield* call("close", descriptor);
}

/** Closes after a failure, and throws that failure rather than one of the close. */
export function* closeAfter(descriptor: number, failure: unknown): Protocol<never> {
  try {
    yield* call("close", descriptor);
  } catch {
    // The file is given up anyway; what went wrong first is what the caller must see.
  }
  throw failure;
}
