import { reasonOf } from "./errno.ts";

/** A name that no spec can have. Nothing was read or written. */
export class SpecNameError extends Error {
  override readonly name = "SpecNameError";
  readonly code = "PLANNING_NAME_UNSAFE";
  readonly value: string;
  readonly reason: string;

  constructor(value: string, reason: string) {
    super(`the spec name ${quoted(value)} cannot be used: ${reason}`);
    this.value = value;
    this.reason = reason;
  }
}

/** Why something about specs could not be done. Stable within a major version; messages are not. */
export type PlanningErrorCode =
  /** A link below `.planning/` leads out of it, or to nothing. */
  | "PLANNING_OUTSIDE"
  /** A file is there but cannot be read. */
  | "PLANNING_UNREADABLE"
  /** A file is larger than such a file can be. */
  | "PLANNING_TOO_LARGE"
  /** The system refused to remove or to rename something: see `cause`. */
  | "PLANNING_IO"
  /** A `status.yaml` that is no such document. It was left as it is. */
  | "PLANNING_STATUS_CORRUPT"
  /** There is no spec of that name in this checkout. */
  | "PLANNING_SPEC_NOT_FOUND"
  /** Another spec file is set up under that name. */
  | "PLANNING_SPEC_EXISTS"
  /** A spec file that is missing, lies outside of the checkout, or has no name in its front matter. */
  | "PLANNING_SPEC_INVALID"
  /** No git branch can have that name. */
  | "PLANNING_BRANCH_INVALID";

/** Something about specs that could not be done. No spec was changed. */
export class PlanningError extends Error {
  override readonly name = "PlanningError";
  readonly code: PlanningErrorCode;
  /** The file or folder that it is about; of `PLANNING_BRANCH_INVALID` the name of the branch. */
  readonly path: string;
  readonly reason: string;

  constructor(code: PlanningErrorCode, path: string, reason: string, cause?: unknown) {
    super(`${path}: ${reason}`, { cause });
    this.code = code;
    this.path = path;
    this.reason = reason;
  }
}

const MOST_QUOTED_CHARACTERS = 100;

/** A text from a file as it can stand in a message. */
export function quoted(text: string): string {
  const isLong = text.length > MOST_QUOTED_CHARACTERS;
  return JSON.stringify(isLong ? `${text.slice(0, MOST_QUOTED_CHARACTERS)}…` : text);
}

/** What a system call threw that is no write. */
export function refusedBySystem(path: string, cause: unknown): PlanningError {
  return new PlanningError("PLANNING_IO", path, reasonOf(cause), cause);
}

/** What a system call threw that only looks. */
export function unreadable(path: string, cause: unknown): PlanningError {
  return new PlanningError("PLANNING_UNREADABLE", path, reasonOf(cause), cause);
}
