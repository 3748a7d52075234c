/** Why a write was refused. Stable within a major version; messages are not. */
export type WriteErrorCode =
  | "ATOMIC_FS_NO_SPACE"
  | "ATOMIC_FS_ACCESS_DENIED"
  | "ATOMIC_FS_READ_ONLY"
  | "ATOMIC_FS_IS_DIRECTORY"
  | "ATOMIC_FS_NOT_DIRECTORY"
  | "ATOMIC_FS_NOT_FILE"
  | "ATOMIC_FS_EMPTY"
  | "ATOMIC_FS_QUARANTINE_FULL"
  | "ATOMIC_FS_IO";

const CODE_OF_ERRNO: Readonly<Record<string, WriteErrorCode>> = {
  ENOSPC: "ATOMIC_FS_NO_SPACE",
  EDQUOT: "ATOMIC_FS_NO_SPACE",
  EACCES: "ATOMIC_FS_ACCESS_DENIED",
  EPERM: "ATOMIC_FS_ACCESS_DENIED",
  EROFS: "ATOMIC_FS_READ_ONLY",
  EISDIR: "ATOMIC_FS_IS_DIRECTORY",
  ENOTDIR: "ATOMIC_FS_NOT_DIRECTORY",
};

/**
 * A write that failed. Unless `installed` is set, the file holds what it held before, and no
 * temporary file is left.
 */
export class WriteError extends Error {
  override readonly name = "WriteError";
  readonly code: WriteErrorCode;
  readonly path: string;
  /**
   * The folder could not be synced after the replacement: the new content is in place, but whether
   * it survives a power cut is not known.
   */
  readonly installed: boolean;

  constructor(
    code: WriteErrorCode,
    path: string,
    reason: string,
    options: { cause?: unknown; installed?: boolean } = {},
  ) {
    super(`cannot write ${path}: ${reason}`, { cause: options.cause });
    this.code = code;
    this.path = path;
    this.installed = options.installed ?? false;
  }
}

/** The holder of a lock, as far as it can be seen from here. */
export interface LockHolder {
  readonly pid: number;
  /** `unknown`: on another machine or in another container, or not readable. Never robbed. */
  readonly state: "alive" | "unknown";
  readonly isThisProcess: boolean;
}

/** The lock stayed with its holder until the time-out; nothing was run. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  readonly code = "ATOMIC_FS_LOCKED";
  readonly path: string;
  readonly lockPath: string;
  /** Undefined when the lock's owner cannot be read. */
  readonly holder: LockHolder | undefined;
  readonly waitedMilliseconds: number;

  constructor(
    path: string,
    lockPath: string,
    holder: LockHolder | undefined,
    waitedMilliseconds: number,
  ) {
    const waited = `after ${Math.round(waitedMilliseconds)} ms`;
    super(`${path} is still locked ${waited} by ${describeHolder(holder)} (lock: ${lockPath})`);
    this.path = path;
    this.lockPath = lockPath;
    this.holder = holder;
    this.waitedMilliseconds = waitedMilliseconds;
  }
}

function describeHolder(holder: LockHolder | undefined): string {
  if (holder === undefined) return "an owner that cannot be read";
  if (holder.isThisProcess) return `this process (${holder.pid})`;
  if (holder.state === "alive") return `process ${holder.pid}, which is running`;
  return `process ${holder.pid}, which cannot be seen from here`;
}

/**
 * The lock was no longer this holder's: somebody removed it by hand, or moved its folder. A write
 * that was under way was given up; of a section that is over, others may have run meanwhile.
 */
export class LockLostError extends Error {
  override readonly name = "LockLostError";
  readonly code = "ATOMIC_FS_LOCK_LOST";
  readonly path: string;
  readonly lockPath: string;

  constructor(path: string, lockPath: string) {
    super(`the lock of ${path} was taken away from its holder (lock: ${lockPath})`);
    this.path = path;
    this.lockPath = lockPath;
  }
}

/** A JSON file is not there (`ATOMIC_FS_MISSING`) or not JSON (`ATOMIC_FS_CORRUPT`). It is left as it is. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly code: "ATOMIC_FS_MISSING" | "ATOMIC_FS_CORRUPT";
  readonly path: string;

  constructor(code: JsonError["code"], path: string, reason: string, cause?: unknown) {
    super(`cannot update ${path}: ${reason}`, { cause });
    this.code = code;
    this.path = path;
  }
}

/** What is wrong with a Markdown file, for the edit that was asked for. */
export type MarkdownErrorCode =
  | "ATOMIC_FS_MISSING"
  | "ATOMIC_FS_CORRUPT"
  | "ATOMIC_FS_NO_FIELD"
  | "ATOMIC_FS_NO_SECTION"
  | "ATOMIC_FS_AMBIGUOUS";

/**
 * A Markdown file is not there, or the field or the section that was to be changed is not in it, or
 * several times. It is left as it is.
 */
export class MarkdownError extends Error {
  override readonly name = "MarkdownError";
  readonly code: MarkdownErrorCode;
  readonly path: string;

  constructor(code: MarkdownErrorCode, path: string, reason: string) {
    super(`cannot update ${path}: ${reason}`);
    this.code = code;
    this.path = path;
  }
}

/** Turns what a system call threw into the error that callers test by `code`. Ours stay what they are. */
export function toTypedError(path: string, cause: unknown, installed = false): Error {
  const isTyped =
    cause instanceof WriteError ||
    cause instanceof LockedError ||
    cause instanceof LockLostError ||
    cause instanceof JsonError ||
    cause instanceof MarkdownError;
  // A mistake of the caller is no failure of the system.
  if (isTyped || cause instanceof TypeError) return cause;
  const code = CODE_OF_ERRNO[errnoOf(cause) ?? ""] ?? "ATOMIC_FS_IO";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WriteError(code, path, reason, { cause, installed });
}

/** Of a failure that came after the replacement: it is in place all the same. */
export function afterReplacement(path: string, failure: unknown): unknown {
  if (!(failure instanceof WriteError) || failure.installed) return failure;
  return new WriteError(failure.code, path, failure.message, { cause: failure, installed: true });
}

/** The POSIX name of a system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
