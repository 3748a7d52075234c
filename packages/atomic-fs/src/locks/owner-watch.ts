import type { FileCalls } from "../file-calls.ts";
import { breakLock, lookAt, readOwner } from "./lock-file.ts";

// To ask who holds a lock and whether that process lives costs some 30 µs; who died is to be found
// within 50 ms.
const LOOK_EVERY_MILLISECONDS = 8;
// The look into other namespaces reads all of /proc: first after so long, then ever more rarely.
const FIRST_THOROUGH_LOOK_MILLISECONDS = 16;

/** Watches the owner of one lock while it is waited for, and frees the lock once its owner is dead. */
export class OwnerWatch {
  readonly #files: FileCalls;
  readonly #lockPath: string;
  #owner: string | undefined;
  #nextLook = 0;
  #nextThoroughLook = 0;
  #thoroughInterval = 0;

  constructor(files: FileCalls, lockPath: string) {
    this.#files = files;
    this.#lockPath = lockPath;
  }

  isDue(now: number): boolean {
    return now >= this.#nextLook;
  }

  /** The owner; undefined when the lock is free, or was freed just now because its owner is dead. */
  look(now: number, isLast: boolean): string | undefined {
    const isFirst = this.#nextLook === 0;
    this.#nextLook = now + LOOK_EVERY_MILLISECONDS;
    const owner = readOwner(this.#files, this.#lockPath);
    if (owner === undefined) return undefined;
    const isNew = owner !== this.#owner;
    if (isNew) {
      this.#owner = owner;
      this.#thoroughInterval = FIRST_THOROUGH_LOOK_MILLISECONDS;
      this.#nextThoroughLook = now + this.#thoroughInterval;
    }
    // Of locks that change hands, nobody has to be asked whether their owners live.
    if (isNew && !isFirst && !isLast) return owner;
    const isThorough = isLast || now >= this.#nextThoroughLook;
    if (isThorough) {
      this.#thoroughInterval *= 2;
      this.#nextThoroughLook = now + this.#thoroughInterval;
    }
    const seen = lookAt(owner, { isThorough });
    if (seen?.state !== "dead") return owner;
    const isFreed = breakLock(this.#files, this.#lockPath, owner, seen.nonce);
    return isFreed ? undefined : owner;
  }
}
