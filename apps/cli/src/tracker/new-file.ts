import { randomBytes } from "node:crypto";
import { linkSync, renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";

import { syncFolder } from "@x/atomic-fs";

import { codeOf, isSystemError } from "../errors/error-code.ts";
import { alreadyThere, notWritten } from "../errors/file-failure.ts";

/** Adds text at the end of the file. */
export type Append = (text: string) => Promise<void>;

const PRIVATE_MODE = 0o600;

/**
 * Makes a file (mode 0600) of any size, that gets its name when all of it is on the disk. Atomic, durable. Throws
 * `CABINET_FILE_EXISTS`, `CABINET_FILE_NOT_WRITTEN`, and what the work throws: then there is no file. `WriteError` where
 * only its folder could not be synced: then it is there, and a power cut may undo that.
 */
export async function writeNewFile(
  path: string,
  write: (append: Append) => Promise<void>,
): Promise<void> {
  if (isThere(path)) throw alreadyThere(path);
  const temporary = `${path}.tmp.${process.pid}.0.${randomBytes(8).toString("hex")}`;
  const file = await openNew(temporary, path);
  try {
    try {
      await write(appendTo(file, path));
      await attempt(path, () => file.sync());
    } finally {
      await file.close();
    }
    await attempt(path, () => giveName(temporary, path));
  } finally {
    rmSync(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

/** Text that is on the disk when `append` resolves, in a file (mode 0600) that the first call makes. */
export class DurableLog {
  readonly #pathFor: (attempt: number) => string;
  #file: FileHandle | undefined;
  #path: string | undefined;

  constructor(pathFor: (attempt: number) => string) {
    this.#pathFor = pathFor;
  }

  /** Undefined: nothing was appended. */
  get path(): string | undefined {
    return this.#path;
  }

  async append(text: string): Promise<void> {
    const { file, path, isNew } = await this.#open();
    await appendTo(file, path)(text);
    await attempt(path, () => file.sync());
    if (isNew) await syncFolder(dirname(path));
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #open(): Promise<{ file: FileHandle; path: string; isNew: boolean }> {
    if (this.#file !== undefined && this.#path !== undefined) {
      return { file: this.#file, path: this.#path, isNew: false };
    }
    for (let number = 0; ; number += 1) {
      const path = this.#pathFor(number);
      if (isThere(path)) continue;
      this.#file = await openNew(path, path);
      this.#path = path;
      return { file: this.#file, path, isNew: true };
    }
  }
}

function appendTo(file: FileHandle, path: string): Append {
  return (text) => attempt(path, () => file.writeFile(text));
}

function openNew(file: string, path: string): Promise<FileHandle> {
  return attempt(path, () => open(file, "wx", PRIVATE_MODE));
}

/** Not over a file that somebody has made meanwhile, where the file system can tell. */
function giveName(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw alreadyThere(path);
    // A file system without hard links.
    renameSync(temporary, path);
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw notWritten(path, error);
  }
}

async function attempt<R>(path: string, act: () => R | Promise<R>): Promise<R> {
  try {
    return await act();
  } catch (error) {
    if (isSystemError(error)) throw notWritten(path, error);
    throw error;
  }
}
