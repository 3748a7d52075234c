import { constants } from "node:fs";
import { basename, dirname, join } from "node:path";

import { assertRegularFile } from "../assert-regular-file.ts";
import { errnoOf, toTypedError, WriteError } from "../errors.ts";
import { type FileCalls, runSync, syncFileCalls } from "../file-calls.ts";
import { absolutePath, followLinks } from "../follow-links.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { seal } from "../replace-file.ts";
import { closeAfter, openToSync, syncNames } from "../sync-folder.ts";

/** What becomes of the file itself when its content is set aside. */
export interface QuarantineOptions {
  /** The file also stays where it is; what is set aside is a copy. */
  readonly keep?: boolean | undefined;
}

// Who damages a file again and again must not fill the disk. As what was set aside is never
// removed, the next one is refused: then somebody has to look at what happens there.
const MAXIMUM_ASIDES = 64;

const PRIVATE_MODE = 0o600;

/**
 * Sets a damaged file aside as `<path>.broken-<digits>`, and gives that path. Never over an older
 * one, and without an instant in which the content has no name; a content that lies aside already
 * is not kept twice: the older one is given. Durable: what replaces the file afterwards does not
 * survive a power cut without it. Of a symbolic link it is the file behind it that is set aside,
 * beside itself.
 *
 * Throws `WriteError`; with `ATOMIC_FS_QUARANTINE_FULL`, 64 different ones are aside already, and
 * the file was left where it is.
 */
export async function quarantineFile(
  path: string,
  options: QuarantineOptions = {},
): Promise<string> {
  return quarantineFileSync(path, options);
}

/** As `quarantineFile`, within the current turn of the event loop. */
export function quarantineFileSync(path: string, { keep = false }: QuarantineOptions = {}): string {
  const start = absolutePath(path);
  const files = syncFileCalls;
  let isMoved = false;
  try {
    const { target, previous } = followLinks(files, start);
    if (previous !== undefined) assertRegularFile(path, previous);
    const aside = keep ? copyAside(files, target) : moveAside(files, target);
    isMoved = !keep;
    runSync(syncNames(files, dirname(target)), files);
    return keep ? aside : keepOne(files, target, aside);
  } catch (error) {
    throw toTypedError(path, error, isMoved);
  }
}

/** What was set aside of a file. */
export function listAsides(files: FileCalls, target: string): string[] {
  const folder = dirname(target);
  const prefix = `${basename(target)}.broken-`;
  return files
    .readdir(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => join(folder, name));
}

/** One of these that has the same content. */
function findTwin(files: FileCalls, path: string, asides: readonly string[]): string | undefined {
  const size = files.lstat(path)?.size;
  let content: Uint8Array | undefined;
  return asides.find((aside) => {
    // The folder may be spelled in another way.
    if (basename(aside) === basename(path)) return false;
    const stats = files.lstat(aside);
    if (stats?.isFile() !== true || stats.size !== size) return false;
    content ??= files.readFile(path);
    return Buffer.compare(content, files.readFile(aside)) === 0;
  });
}

/** Throws `WriteError` when nothing more of that file may be set aside. */
function assertRoom(path: string, asides: readonly string[]): void {
  if (asides.length < MAXIMUM_ASIDES) return;
  const reason = `${asides.length} damaged ones of it have been set aside already`;
  throw new WriteError("ATOMIC_FS_QUARANTINE_FULL", path, reason);
}

/** Not a second name for it: who repairs the file in place must not write into what was set aside. */
function copyAside(files: FileCalls, path: string): string {
  const asides = listAsides(files, path);
  const twin = findTwin(files, path, asides);
  if (twin !== undefined) return twin;
  assertRoom(path, asides);
  const file = readRegularFile(files, path);
  if (file === undefined) throw new Error("it is gone");
  const { descriptor, aside } = takeFreeName(files, path);
  try {
    for (let from = 0; from < file.bytes.length;) {
      from += files.write(descriptor, file.bytes, from, file.bytes.length - from);
    }
    seal(files, descriptor, file.bytes.length, file.stats, undefined);
    // How new it is decides what may take its place.
    files.futimes(descriptor, file.stats.atime, file.stats.mtime);
    files.fsync(descriptor);
  } catch (error) {
    files.unlink(aside);
    closeAfter(files, descriptor, error);
  }
  files.close(descriptor);
  return aside;
}

/**
 * Gives the file another name by one call: nobody's newer file can go with it. Its content is
 * durable, its name is not yet. There may be one of the same content: see `keepOne`.
 */
export function moveAside(files: FileCalls, target: string): string {
  const asides = listAsides(files, target);
  if (asides.length >= MAXIMUM_ASIDES && findTwin(files, target, asides) === undefined) {
    assertRoom(target, asides);
  }
  syncFile(files, target);
  return moveToFreeName(files, target, target);
}

/** Of what was moved aside and an older one of the same content, the older one stays. */
export function keepOne(files: FileCalls, target: string, aside: string): string {
  const twin = findTwin(files, aside, listAsides(files, target));
  if (twin === undefined) return aside;
  files.unlink(aside);
  return twin;
}

/** Moves a file that is beside `target` aside, by its own name, or where that is too long by that of the target. */
export function archiveFile(files: FileCalls, path: string, target: string): string {
  try {
    return moveToFreeName(files, path, path);
  } catch (error) {
    if (errnoOf(error) !== "ENAMETOOLONG") throw error;
    return moveToFreeName(files, path, target);
  }
}

/** Who damaged the file may not have synced it; who may not read it cannot. */
function syncFile(files: FileCalls, path: string): void {
  let descriptor: number;
  try {
    descriptor = openToSync(files, path);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return;
    throw error;
  }
  try {
    files.fsync(descriptor);
  } catch (error) {
    closeAfter(files, descriptor, error);
  }
  files.close(descriptor);
}

function moveToFreeName(files: FileCalls, path: string, named: string): string {
  const { descriptor, aside } = takeFreeName(files, named);
  try {
    files.close(descriptor);
    files.rename(path, aside);
  } catch (error) {
    files.unlink(aside);
    throw error;
  }
  return aside;
}

/** A name that is taken first, by an empty file, is nobody else's: to replace that loses nothing. */
function takeFreeName(files: FileCalls, path: string): { descriptor: number; aside: string } {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  for (let digits = Date.now(); ; digits += 1) {
    const aside = `${path}.broken-${digits}`;
    try {
      return { descriptor: files.open(aside, flags, PRIVATE_MODE), aside };
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  }
}
