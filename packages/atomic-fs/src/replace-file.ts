import { constants } from "node:fs";
import { dirname, resolve } from "node:path";

import { assertRegularFile } from "./assert-regular-file.ts";
import { errnoOf, toTypedError, WriteError } from "./errors.ts";
import type { FileCalls, Protocol } from "./file-calls.ts";
import type { FileFacts } from "./file-facts.ts";
import { absolutePath, followLinks, type Place } from "./follow-links.ts";
import { retryOnWindows } from "./retry-on-windows.ts";
import { closeAfter, syncNames } from "./sync-folder.ts";
import { temporaryPath } from "./temporary-path.ts";

export interface ReplaceOptions {
  readonly durability: Durability;
  readonly mode: number | undefined;
  /** Passed right before the rename: what it throws keeps the old content in place. */
  readonly fence?: () => void;
}

export const DURABILITIES = ["none", "data", "full"] as const;

/**
 * What a power cut may undo once the call has returned: `none`, anything, but the file is whole as
 * long as the system runs; `data`, the replacement as a whole; `full`, nothing.
 */
export type Durability = (typeof DURABILITIES)[number];

const ENDS_AS_FOLDER = process.platform === "win32" ? /[/\\]\.{0,2}$/ : /\/\.{0,2}$/;
// One write call takes less than 2 GiB (write(2)).
const LARGEST_WRITE_BYTES = 2 ** 30;
const NEW_FILE_MODE = 0o666;
const PRIVATE_MODE = 0o600;
const PERMISSION_BITS = 0o7777;
const SET_ID_BITS = 0o6000;
const GROUP_BITS = 0o070;
const OTHERS_BITS = 0o007;

/** Throws a TypeError for a durability or a mode that there is not. */
export function assertReplaceOptions({ durability, mode }: ReplaceOptions): void {
  if (!DURABILITIES.includes(durability)) {
    throw new TypeError(`there is no durability ${JSON.stringify(durability)}`);
  }
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= PERMISSION_BITS)) {
    throw new TypeError(`there is no mode ${String(mode)}`);
  }
}

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
export function* replaceFile(
  files: FileCalls,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Protocol<void> {
  const start = absolutePath(path);
  let place: Place;
  try {
    place = followLinks(files, start);
  } catch (error) {
    throw toTypedError(path, error);
  }
  yield* replaceAt(files, path, place, bytes, options);
}

/** The same, where it is known already where `path` leads and what is there. */
export function* replaceAt(
  files: FileCalls,
  path: string,
  { target, previous }: Place,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Protocol<void> {
  const { durability, fence } = options;
  let installed = false;
  let temporary: string | undefined;
  try {
    if (previous !== undefined) assertRegularFile(path, previous);
    if (ENDS_AS_FOLDER.test(path) || ENDS_AS_FOLDER.test(target)) {
      throw new WriteError("ATOMIC_FS_IS_DIRECTORY", path, "its name is that of a directory");
    }
    const beside = temporaryPath(target, bytes);
    const { descriptor, firstCreated } = createFile(files, beside, previous, options.mode);
    temporary = beside;
    try {
      let offset = 0;
      while (offset < bytes.length) {
        const from = offset;
        const length = Math.min(bytes.length - from, LARGEST_WRITE_BYTES);
        const written = yield (slow) => slow.write(descriptor, bytes, from, length);
        if (written <= 0) throw new Error(`no progress after ${from} of ${bytes.length} bytes`);
        offset += written;
      }
      seal(files, descriptor, bytes.length, previous, options.mode);
      if (durability !== "none") yield (slow) => slow.fsync(descriptor);
    } catch (error) {
      closeAfter(files, descriptor, error);
    }
    files.close(descriptor);
    fence?.();
    yield* retryOnWindows((slow) => slow.rename(beside, target));
    installed = true;
    if (durability === "full") yield* syncFolders(files, dirname(target), firstCreated);
  } catch (error) {
    if (!installed && temporary !== undefined) discard(files, temporary);
    throw toTypedError(path, error, installed);
  }
}

/** Creates the file, and the folders above it when they are missing. */
function createFile(
  files: FileCalls,
  path: string,
  previous: FileFacts | undefined,
  mode: number | undefined,
): { descriptor: number; firstCreated: string | undefined } {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const startMode = startModeOf(previous, mode);
  try {
    return { descriptor: files.open(path, flags, startMode), firstCreated: undefined };
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  const firstCreated = files.mkdir(dirname(path), { recursive: true });
  return { descriptor: files.open(path, flags, startMode), firstCreated };
}

/**
 * The mode in which a file starts, before its owner and group are known. What replaces another one
 * starts private, or with that file's own mode where it grants the group just what all others have:
 * then nothing has to be changed later.
 */
function startModeOf(previous: FileFacts | undefined, mode: number | undefined): number {
  if (previous === undefined) return mode ?? NEW_FILE_MODE;
  const groupBits = (previous.mode & GROUP_BITS) >> 3;
  const isSafe = mode === undefined && groupBits === (previous.mode & OTHERS_BITS);
  return isSafe ? previous.mode & PERMISSION_BITS & ~SET_ID_BITS : PRIVATE_MODE;
}

/** What is left to do for a file when all its bytes are written: its size checked, its owner, its mode. */
export function seal(
  files: FileCalls,
  descriptor: number,
  size: number,
  previous: Pick<FileFacts, "uid" | "gid" | "mode"> | undefined,
  askedMode: number | undefined,
): void {
  const current = files.fstat(descriptor);
  if (current.size !== size) throw new Error(`${current.size} of ${size} bytes arrived on disk`);
  const kept = previous && keepOwner(files, descriptor, current, previous);
  const mode = (askedMode ?? kept ?? current.mode) & PERMISSION_BITS;
  // A changed owner may have taken the set-id bits away.
  const isAsMade = mode === (current.mode & PERMISSION_BITS) && (mode & SET_ID_BITS) === 0;
  if (!isAsMade) files.fchmod(descriptor, mode);
}

/**
 * Gives the new file the owner and group of the old one, as far as the system allows, and tells the
 * mode that it may have then: what was granted to a group that could not be kept is not granted to
 * another one, what was denied to it is denied to all, and nobody else's rights are lent by set-id bits.
 */
function keepOwner(
  files: FileCalls,
  descriptor: number,
  current: FileFacts,
  { uid, gid, mode }: Pick<FileFacts, "uid" | "gid" | "mode">,
): number {
  if (current.uid === uid && current.gid === gid) return mode;
  if (tryChown(files, descriptor, uid, gid)) return mode;
  // Only root may give a file away. Its group may be any that this process is in.
  const keepsGroup = current.gid === gid || tryChown(files, descriptor, current.uid, gid);
  const withoutSetId = mode & ~SET_ID_BITS;
  if (keepsGroup) return withoutSetId;
  const both = ((mode & GROUP_BITS) >> 3) & (mode & OTHERS_BITS);
  return (withoutSetId & ~(GROUP_BITS | OTHERS_BITS)) | (both << 3) | both;
}

function tryChown(files: FileCalls, descriptor: number, uid: number, gid: number): boolean {
  try {
    files.fchown(descriptor, uid, gid);
    return true;
  } catch (error) {
    // EPERM: not allowed. EINVAL: no such owner in this user namespace.
    if (!["EPERM", "EINVAL"].includes(errnoOf(error) ?? "")) throw error;
    return false;
  }
}

/** Makes the new name durable, and every folder that had to be created on the way to it. */
function* syncFolders(
  files: FileCalls,
  folder: string,
  firstCreated: string | undefined,
): Protocol<void> {
  const last = firstCreated === undefined ? folder : dirname(resolve(firstCreated));
  for (let current = folder; ; current = dirname(current)) {
    yield* syncNames(files, current);
    if (current === last || current === dirname(current)) return;
  }
}

function discard(files: FileCalls, temporary: string): void {
  try {
    files.unlink(temporary);
  } catch {
    // The write's own failure is what the caller must see; the file's name says whose it was.
  }
}
