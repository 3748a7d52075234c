import { constants, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";

import { errnoOf, toWriteError, WriteError } from "./errors.ts";
import { call, type Protocol } from "./file-calls.ts";
import { followLinks } from "./follow-links.ts";
import { temporaryPath } from "./temporary-path.ts";

/**
 * The invariant: at every instant `path` names either the whole old content or the whole new one,
 * and when this returns at `full`, a power cut does not undo it.
 *
 *   temporary file beside the target (exclusive, never more readable than it) → write all →
 *   size checked → fsync → rename over the target → fsync of the folder and of new folders above
 *
 * A failed fsync is never tried again: a second one may succeed without the data being safe
 * (https://lwn.net/Articles/752063/). The temporary file is given up instead.
 */
export interface ReplaceOptions {
  readonly durability: Durability;
  readonly mode: number | undefined;
}

/**
 * What a power cut may undo once the call has returned: `none`, anything, but the file is whole as
 * long as the system runs; `data`, the replacement as a whole; `full`, nothing.
 */
export type Durability = "none" | "data" | "full";

const NEW_FILE_MODE = 0o666;
const PRIVATE_MODE = 0o600;
const PERMISSION_BITS = 0o7777;

export function* replaceFile(
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Protocol<void> {
  let installed = false;
  let temporary: string | undefined;
  try {
    const { target, previous } = yield* followLinks(resolve(path));
    if (previous?.isDirectory() === true) {
      throw new WriteError("ATOMIC_FS_IS_DIRECTORY", path, "it is a directory");
    }
    const { durability } = options;
    const beside = temporaryPath(target);
    const { descriptor, firstCreated } = yield* createFile(beside, previous, options.mode);
    temporary = beside;
    yield* fill(descriptor, bytes, previous, options);
    yield* call("rename", temporary, target);
    installed = true;
    if (durability === "full") yield* syncFolders(dirname(target), firstCreated);
  } catch (error) {
    if (!installed && temporary !== undefined) yield* discard(temporary);
    throw toWriteError(path, error, installed);
  }
}

/** Creates the file, and the folders above it when they are missing. */
function* createFile(
  path: string,
  previous: Stats | undefined,
  mode: number | undefined,
): Protocol<{ descriptor: number; firstCreated: string | undefined }> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  // What replaces a file starts private and gets that file's mode before the rename.
  const startMode = previous === undefined ? (mode ?? NEW_FILE_MODE) : PRIVATE_MODE;
  try {
    return { descriptor: yield* call("open", path, flags, startMode), firstCreated: undefined };
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  const firstCreated = yield* call("mkdir", dirname(path), { recursive: true });
  return { descriptor: yield* call("open", path, flags, startMode), firstCreated };
}

function* fill(
  descriptor: number,
  bytes: Uint8Array,
  previous: Stats | undefined,
  options: ReplaceOptions,
): Protocol<void> {
  try {
    let offset = 0;
    while (offset < bytes.length) {
      const written = yield* call("write", descriptor, bytes, offset, bytes.length - offset);
      if (written <= 0) throw new Error(`no progress after ${offset} of ${bytes.length} bytes`);
      offset += written;
    }
    const current = yield* call("fstat", descriptor);
    if (current.size !== bytes.length) {
      throw new Error(`${current.size} of ${bytes.length} bytes arrived on disk`);
    }
    if (previous !== undefined) yield* keepOwner(descriptor, current, previous);
    const mode = options.mode ?? (previous === undefined ? undefined : previous.mode);
    if (mode !== undefined) yield* call("fchmod", descriptor, mode & PERMISSION_BITS);
    if (options.durability !== "none") yield* call("fsync", descriptor);
  } catch (error) {
    yield* closeAfter(descriptor, error);
  }
  yield* call("close", descriptor);
}

function* keepOwner(descriptor: number, current: Stats, previous: Stats): Protocol<void> {
  if (current.uid === previous.uid && current.gid === previous.gid) return;
  try {
    yield* call("fchown", descriptor, previous.uid, previous.gid);
  } catch (error) {
    // Only root may give a file away: whoever else replaces another's file then owns it.
    if (errnoOf(error) !== "EPERM") throw error;
  }
}

/** Closes after a failure, and throws that failure rather than one of the close. */
function* closeAfter(descriptor: number, failure: unknown): Protocol<never> {
  try {
    yield* call("close", descriptor);
  } catch {
    // The file is given up anyway; what went wrong first is what the caller must see.
  }
  throw failure;
}

/** Makes the new name durable, and every folder that had to be created on the way to it. */
function* syncFolders(folder: string, firstCreated: string | undefined): Protocol<void> {
  // Windows cannot open a folder for this; NTFS journals names itself.
  if (process.platform === "win32") return;
  const last = firstCreated === undefined ? folder : dirname(resolve(firstCreated));
  for (let current = folder; ; current = dirname(current)) {
    const descriptor = yield* call("open", current, constants.O_RDONLY, 0);
    try {
      yield* call("fsync", descriptor);
    } catch (error) {
      yield* closeAfter(descriptor, error);
    }
    yield* call("close", descriptor);
    if (current === last || current === dirname(current)) return;
  }
}

function* discard(temporary: string): Protocol<void> {
  try {
    yield* call("unlink", temporary);
  } catch {
    // The write's own failure is what the caller must see; the file's name says whose it was.
  }
}
