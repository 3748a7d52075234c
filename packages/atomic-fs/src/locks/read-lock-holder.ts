import { toTypedError } from "../errors.ts";
import { syncFileCalls } from "../file-calls.ts";
import { absolutePath } from "../follow-links.ts";
import type { Liveness } from "../processes/liveness.ts";
import { lookAt, readOwner } from "./lock-file.ts";

/** Who has a lock, as far as it can be seen from here. */
export interface SeenHolder {
  /** Undefined where what lies there names nobody. */
  readonly pid: number | undefined;
  /** Of a `dead` one the lock is as good as free: whoever takes it next removes it. */
  readonly state: Liveness;
  readonly isThisProcess: boolean;
  /** By the file system's clock. */
  readonly since: Date;
}

/**
 * Who has the lock of which this is the path, such as `<path>.lock`; undefined where nobody has. Takes
 * nothing and changes nothing, so that it may be another one's a moment later. Throws `WriteError` for
 * what cannot be looked at.
 */
export function readLockHolder(lockPath: string): SeenHolder | undefined {
  const path = absolutePath(lockPath);
  try {
    const stats = syncFileCalls.lstat(path);
    const owner = readOwner(syncFileCalls, path);
    // Given back just now.
    if (stats === undefined || owner === undefined) return undefined;
    const seen = lookAt(owner);
    const { pid, state = "unknown", isThisProcess = false } = seen ?? {};
    return { pid, state, isThisProcess, since: stats.mtime };
  } catch (error) {
    throw toTypedError(lockPath, error);
  }
}
