import { dirname } from "node:path";

import { CliError } from "./errors.ts";

/** What kept a file that was given from being read, or why; throws what is no error of the system. */
export function unreadable(path: string, error: unknown): CliError {
  const reason = typeof error === "string" ? error : reasonOf(error);
  const message = `${path} cannot be read: ${reason}.`;
  const hint = `Look at what lies at ${path}, and at its owner and mode.`;
  return new CliError("CABINET_FILE_UNREADABLE", message, hint, error);
}

/** What kept a file that was given from being written; throws what is no error of the system. */
export function notWritten(path: string, error: unknown): CliError {
  const reason = reasonOf(error);
  const message = `${path} was not written: ${reason}.`;
  const hint = `Look at the owner and mode of ${dirname(path)}, and at the room on its file system.`;
  return new CliError("CABINET_FILE_NOT_WRITTEN", message, hint, error);
}

export function alreadyThere(path: string): CliError {
  const message = `${path} is there already. It was left as it is.`;
  return new CliError("CABINET_FILE_EXISTS", message, "Give the path of a file that is not there.");
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "syscall" in error) return error.message;
  throw error;
}
