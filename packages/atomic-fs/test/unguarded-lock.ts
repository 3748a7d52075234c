import type { FileCalls } from "../src/file-calls.ts";
import {
  createOwner,
  lookAt,
  readOwner,
  releaseLock,
  removeIfPresent,
  takeLock,
} from "../src/locks/lock-file.ts";

/**
 * The known-bad double of the lock: a dead owner's lock is removed without a guard, so that two
 * breakers may remove it one after the other, the second one that of the first. Gives what releases
 * it; undefined when somebody has it.
 */
export function takeUnguarded(files: FileCalls, lockPath: string): (() => void) | undefined {
  const owner = createOwner();
  while (!takeLock(files, lockPath, owner)) {
    const other = readOwner(files, lockPath);
    if (other === undefined) continue;
    if (lookAt(other)?.state !== "dead") return undefined;
    removeIfPresent(files, lockPath);
  }
  return () => void releaseLock(files, lockPath, owner);
}
