import { existsSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

import { projectDatabasePath } from "@x/tracker/lmdb";

import { textOption } from "../../arguments.ts";
import type { Invocation } from "../../command.ts";
import { codeOf } from "../../errors/error-code.ts";
import { unreadable } from "../../errors/file-failure.ts";

/** The old database that is meant: a file itself, or what the original has left in the folder of a project. */
export async function sourceOf(invocation: Invocation): Promise<string> {
  const from = textOption(invocation.options, "from");
  if (from === undefined) return projectDatabasePath((await invocation.roots()).checkout.path);
  const path = resolve(invocation.cwd(), from);
  if (!isThere(path)) throw unreadable(path, "there is no such file or folder");
  const stats = statSync(path);
  if (stats.isDirectory()) return projectDatabasePath(path);
  if (!stats.isFile()) throw unreadable(path, "it is no file and no folder");
  return path;
}

export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file that happens to be called `~` is no home folder.
    if (codeOf(error) === "ENOTDIR") return false;
    throw unreadable(path, error);
  }
}

export function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}
