import { dirname } from "node:path";

import { errnoOf, toTypedError } from "../errors.ts";
import { type FileCalls, runSync } from "../file-calls.ts";
import { isWithoutLinks } from "../is-without-links.ts";
import { removeIfPresent } from "../locks/lock-file.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { syncNames } from "../sync-folder.ts";

/**
 * Puts the temporary file in the place of the one that was moved aside. False when somebody else has
 * put a file there meanwhile: then that one stays, or lies there again.
 */
export function install(
  files: FileCalls,
  from: string,
  target: string,
  aside: string | undefined,
  judged: Uint8Array | undefined,
): boolean {
  try {
    const isAsJudged = aside === undefined || holds(files, aside, judged);
    // Before its place is taken: else a power cut might keep that, and not the other name.
    if (isAsJudged && aside !== undefined) syncNamesOf(files, target);
    if (isAsJudged) return takePlace(files, from, target);
    takePlace(files, aside, target);
    return false;
  } catch (error) {
    if (aside !== undefined) putBack(files, aside, target);
    throw error;
  }
}

/** An invalid file is better than none: there, its content is looked for. */
function putBack(files: FileCalls, aside: string, target: string): void {
  try {
    takePlace(files, aside, target);
    return;
  } catch {
    // Neither its name nor the sync of it is sure: what is there by now tells.
  }
  try {
    if (files.lstat(target) === undefined) files.rename(aside, target);
  } catch {
    // What went wrong first is what the caller must see; the content lies aside.
  }
}

function syncNamesOf(files: FileCalls, target: string, isInstalled = false): void {
  try {
    runSync(syncNames(files, dirname(target)), files);
  } catch (error) {
    throw toTypedError(target, error, isInstalled);
  }
}

function holds(files: FileCalls, path: string, content: Uint8Array | undefined): boolean {
  const file = readRegularFile(files, path);
  return file !== undefined && content !== undefined && Buffer.compare(file.bytes, content) === 0;
}

/** Renames where nothing is replaced, durably. False when there is something. */
function takePlace(files: FileCalls, from: string, target: string): boolean {
  try {
    files.link(from, target);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    if (!isWithoutLinks(error)) throw error;
    // Without hard links, or the right to make one of somebody's file, a look must do.
    if (files.lstat(target) !== undefined) return false;
    files.rename(from, target);
    syncNamesOf(files, target, true);
    return true;
  }
  // Of the two names, a power cut must not keep neither.
  syncNamesOf(files, target, true);
  try {
    removeIfPresent(files, from);
  } catch (error) {
    throw toTypedError(from, error, true);
  }
  return true;
}
