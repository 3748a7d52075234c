import fs from "node:fs";
import { basename, dirname, join } from "node:path";

import { assertRegularFile } from "./assert-regular-file.ts";
import { errnoOf, toTypedError, WriteError } from "./errors.ts";
import { runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath, followLinks } from "./follow-links.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { seal } from "./replace-file.ts";
import { closeAfter, syncFolder } from "./sync-folder.ts";

export interface QuarantineOptions {
  /** The file also stays where it is; what is set aside is a copy. */
  readonly keep?: boolean;
}

// Who damages a file again and again must not fill the disk. As what was set aside is never
// removed, the next one is refused: then somebody has to look at what happens there.
const MAXIMUM_ASIDES = 64;

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
  try {
    const { target, previous } = followLinks(syncFileCalls, start);
    if (previous !== undefined) assertRegularFile(path, previous);
    const aside = setAside(target, keep);
    syncNames(path, target, !keep);
    return aside;
  } catch (error) {
    throw toTypedError(path, error);
  }
}

/** Of a file that was moved, its place is free by now, whether or not that is durable. */
function syncNames(path: string, target: string, isMoved: boolean): void {
  try {
    runSync(syncFolder(syncFileCalls, dirname(target)), syncFileCalls);
  } catch (error) {
    throw toTypedError(path, error, isMoved);
  }
}

function setAside(target: string, keep: boolean): string {
  const twin = findTwin(target, listAsides(target));
  if (twin === undefined) return keep ? copyAside(target) : moveAside(target);
  return keep ? twin : keepOne(moveToFreeName(target), twin);
}

/** What was set aside of a file. */
export function listAsides(target: string): string[] {
  const folder = dirname(target);
  const prefix = `${basename(target)}.broken-`;
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => join(folder, name));
}

/** One of these that has the same content. */
function findTwin(path: string, asides: readonly string[]): string | undefined {
  let content: Buffer | undefined;
  return asides.find((aside) => {
    const size = fs.lstatSync(path).size;
    const stats = fs.lstatSync(aside, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size !== size) return false;
    content ??= fs.readFileSync(path);
    return content.equals(fs.readFileSync(aside));
  });
}

/** What was moved may be newer than what was compared. */
function keepOne(aside: string, twin: string): string {
  if (findTwin(aside, [twin]) === undefined) return aside;
  fs.unlinkSync(aside);
  return twin;
}

/** Not a second name for it: who repairs the file in place must not write into what was set aside. */
function copyAside(path: string): string {
  assertRoomAside(path);
  const file = readRegularFile(syncFileCalls, path);
  if (file === undefined) throw new Error("it is gone");
  const { descriptor, aside } = takeFreeName(path);
  try {
    fs.writeFileSync(descriptor, file.bytes);
    seal(syncFileCalls, descriptor, file.bytes.length, file.stats, undefined);
    fs.fsyncSync(descriptor);
  } catch (error) {
    fs.unlinkSync(aside);
    closeAfter(syncFileCalls, descriptor, error);
  }
  fs.closeSync(descriptor);
  return aside;
}

/** Another name for the content, by one call: nobody's newer file can go with it. */
export function moveAside(path: string): string {
  assertRoomAside(path);
  return moveToFreeName(path);
}

/** Throws `WriteError` when nothing more of that file may be set aside. */
function assertRoomAside(path: string): void {
  const count = listAsides(path).length;
  if (count < MAXIMUM_ASIDES) return;
  const reason = `${count} damaged ones of it have been set aside already`;
  throw new WriteError("ATOMIC_FS_QUARANTINE_FULL", path, reason);
}

/** Moves a file that is beside `target` aside, by its own name, or where that is too long by that of the target. */
export function archiveFile(path: string, target: string): string {
  try {
    return moveToFreeName(path);
  } catch (error) {
    if (errnoOf(error) !== "ENAMETOOLONG") throw error;
    return moveToFreeName(path, target);
  }
}

function moveToFreeName(path: string, named = path): string {
  const { descriptor, aside } = takeFreeName(named);
  try {
    fs.closeSync(descriptor);
    fs.renameSync(path, aside);
  } catch (error) {
    fs.unlinkSync(aside);
    throw error;
  }
  return aside;
}

/** A name that is taken first, by an empty file, is nobody else's: to replace that loses nothing. */
function takeFreeName(path: string): { descriptor: number; aside: string } {
  for (let digits = Date.now(); ; digits += 1) {
    const aside = `${path}.broken-${digits}`;
    try {
      return { descriptor: fs.openSync(aside, "wx", 0o600), aside };
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  }
}
