import { dirname } from "node:path";

import { CliError } from "./cli-error.ts";
import { codeOf, isSystemError } from "./error-code.ts";

/** What kept a file that was given from being read, or why; throws what is no error of the system. */
export function unreadable(path: string, error: unknown): CliError {
  const reason = typeof error === "string" ? error : systemReason(error);
  const message = `${path} cannot be read: ${reason}.`;
  const hint = isMissing(error)
    ? "Look at the path again: nothing is there."
    : `Look at what lies at ${path}, and at its owner and mode.`;
  return new CliError("CABINET_FILE_UNREADABLE", message, hint, error);
}

/** What kept a file that was given from being written; throws what is no error of the system. */
export function notWritten(path: string, error: unknown): CliError {
  const reason = systemReason(error);
  const message = `${path} was not written: ${reason}.`;
  return new CliError("CABINET_FILE_NOT_WRITTEN", message, hintFor(path, error), error);
}

export function alreadyThere(path: string): CliError {
  const message = `${path} is there already. It was left as it is.`;
  return new CliError("CABINET_FILE_EXISTS", message, "Give the path of a file that is not there.");
}

// The disk, or what this user may have of it.
const NO_ROOM: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT"]);
// There is no such folder, or a file in its place.
const NO_FOLDER: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR"]);

function hintFor(path: string, error: unknown): string {
  const folder = dirname(path);
  const code = codeOf(error);
  if (NO_ROOM.has(code)) return `Make room on the file system of ${folder}.`;
  if (NO_FOLDER.has(code)) return `Look at the path again: there is no folder ${folder}.`;
  if (code === "ENAMETOOLONG") return "Give a shorter name.";
  if (code === "EROFS") return "Give a path on a file system that can be written.";
  if (code === "EISDIR") return "Give the path of a file that is not there.";
  return `Look at the owner and mode of ${folder}.`;
}

function isMissing(error: unknown): boolean {
  return NO_FOLDER.has(codeOf(error));
}

function systemReason(error: unknown): string {
  if (isSystemError(error)) return error.message;
  throw error;
}
