import { call, type Protocol } from "../src/file-calls.ts";
import {
  createOwner,
  lookAt,
  readOwner,
  releaseLock,
  removeIfPresent,
  takeLock,
} from "../src/lock-file.ts";

/**
 * The known-bad double of the lock: a dead owner's lock is removed without a guard, so that two
 * breakers may remove it one after the other, the second one that of the first. Gives what releases it.
 */
export function* unguardedLock(lockPath: string): Protocol<() => Protocol<void>> {
  const owner = createOwner();
  while (!(yield* takeLock(lockPath, owner))) {
    const other = yield* readOwner(lockPath);
    if (other === undefined) continue;
    if (lookAt(other)?.state === "dead") yield* removeIfPresent(lockPath);
    else yield* call("nap", 1);
  }
  return function* () {
    yield* releaseLock(lockPath, owner);
  };
}
