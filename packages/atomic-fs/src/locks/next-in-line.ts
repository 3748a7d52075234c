import type { FileCalls } from "../file-calls.ts";
import { isOwner, lookAt, readOwner, releaseLock, removeIfPresent, takeLock } from "./lock-file.ts";

/**
 * Fairness among processes. One waiter at a time may claim to be next, by the link `<lock>.next`;
 * everybody else then leaves the free lock to it. Exclusion does not depend on it in any way: a
 * claim that is lost, or taken away from a process that sleeps, costs a turn and nothing else.
 */

// Time for some tens of small updates: handing the lock over costs about one of them.
const TURN_MILLISECONDS = 4;
// A claim that stands for longer may be that of a process that is gone.
const LOOK_AFTER_MILLISECONDS = 10;
// One that stands for longer beside a free lock is that of a process that is stopped, or busy with
// something else; who only waits for a processor gets one before.
const PATIENCE_MILLISECONDS = 100;
// Turns that are over are forgotten in one sweep.
const MAXIMUM_TURNS = 64;

/** Since when this thread has had the lock again and again. */
const turns = new Map<string, number>();

/** To be called by who got the lock: for a moment it may take it again past who is next. */
export function beginTurn(lockPath: string): void {
  const now = performance.now();
  if (isInTurn(lockPath, now)) return;
  if (turns.size >= MAXIMUM_TURNS) {
    for (const name of turns.keys()) if (!isInTurn(name, now)) turns.delete(name);
  }
  turns.set(lockPath, now);
}

/** To be called by who found that somebody else has the lock. */
export function endTurn(lockPath: string): void {
  turns.delete(lockPath);
}

function isInTurn(lockPath: string, now: number): boolean {
  const since = turns.get(lockPath);
  return since !== undefined && now - since < TURN_MILLISECONDS;
}

/** The claims of this thread. A synchronous call goes past them: it is what they would wait for. */
const claims = new Set<string>();

/** The place of one waiter in the line before a lock. */
export class NextInLine {
  readonly #files: FileCalls;
  readonly #lockPath: string;
  readonly #path: string;
  readonly #owner: string;
  #isOurs = false;
  #isBehind = false;
  #other = "";
  #freeSince = 0;

  constructor(files: FileCalls, lockPath: string, owner: string) {
    this.#files = files;
    this.#lockPath = lockPath;
    this.#path = `${lockPath}.next`;
    this.#owner = owner;
  }

  /** At its last try, somebody else was next. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  get isClaimed(): boolean {
    return this.#isOurs;
  }

  /** Whether this waiter may try to take the lock: nobody else is next, or it has the turn. */
  mayTake(now: number): boolean {
    if (isInTurn(this.#lockPath, now)) return true;
    try {
      if (this.#isOurs && this.#isStillOurs()) return true;
      this.#isBehind = this.#isAnotherNext(now);
      return !this.#isBehind;
    } catch {
      // Nobody can be next here; what is wrong with the folder, the lock itself will tell.
      return true;
    }
  }

  /** A claim may be taken away from who did not use it. */
  #isStillOurs(): boolean {
    this.#isOurs = readOwner(this.#files, this.#path) === this.#owner;
    if (!this.#isOurs) claims.delete(this.#owner);
    return this.#isOurs;
  }

  #isAnotherNext(now: number): boolean {
    if (!this.#isThere(this.#path)) return false;
    const other = readOwner(this.#files, this.#path) ?? "";
    // What is no claim is somebody's file; a claim of this thread waits for what it does now.
    if (claims.has(other) || !isOwner(other)) return false;
    if (other !== this.#other || this.#isThere(this.#lockPath)) {
      this.#other = other;
      this.#freeSince = now;
      return true;
    }
    const elapsed = now - this.#freeSince;
    if (elapsed < LOOK_AFTER_MILLISECONDS) return true;
    const isGone = lookAt(other, { isThorough: false })?.state === "dead";
    if (!isGone && elapsed < PATIENCE_MILLISECONDS) return true;
    removeIfPresent(this.#files, this.#path);
    return false;
  }

  /** Claims to be next, unless somebody else does. */
  claim(): void {
    if (this.#isOurs) return;
    try {
      if (this.#isThere(this.#path)) return;
      this.#isOurs = takeLock(this.#files, this.#path, this.#owner);
      if (this.#isOurs) claims.add(this.#owner);
    } catch {
      // The name is too long for this file system, say: then there is no line.
    }
  }

  /** To be called by who got the lock, or gave up. */
  leave(): void {
    if (!this.#isOurs) return;
    this.#isOurs = false;
    claims.delete(this.#owner);
    try {
      releaseLock(this.#files, this.#path, this.#owner);
    } catch {
      // A claim that stays is taken away by the next one who waits for it in vain.
    }
  }

  #isThere(path: string): boolean {
    return this.#files.lstat(path) !== undefined;
  }
}
