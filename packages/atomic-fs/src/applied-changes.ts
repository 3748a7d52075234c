import type { Outcome } from "./group-commit.ts";

/** A file while its lock is held. */
export interface LockedFile {
  /** The file itself, all links followed. */
  readonly path: string;
  /** All of it; undefined when there is none. Throws `WriteError`. */
  readonly read: () => Uint8Array | undefined;
  /** The fence, for what is changed besides the file itself. Throws `LockLostError`. */
  readonly assertHeld: () => void;
}

/** What is to become of the file, and what of the changes. */
export interface AppliedChanges {
  /** The new content. Undefined: the file stays as it is. */
  readonly data: string | Uint8Array | undefined;
  /** Of the first changes, one at least; the others get a hold of their own. */
  readonly outcomes: readonly Outcome[];
  /** Which of them has the old content set aside, as `quarantineFile` does, before it is replaced. */
  readonly setsAside?: number | undefined;
}

/**
 * What several changes make of a file, within one hold of its lock: each on what the one before has
 * made. A change that fails must leave nothing of itself in the content. Once `isTimeUp`, others wait
 * for the lock: what is not done by then can have its own hold.
 */
export type ApplyChanges<Change> = (
  file: LockedFile,
  changes: readonly Change[],
  isTimeUp: () => boolean,
) => AppliedChanges;

/** Throws a TypeError for what would leave a change without an answer, or answer one that was not made. */
export function assertApplied({ data, outcomes, setsAside }: AppliedChanges, count: number): void {
  const isMade = (index: number): boolean => isChangeMade(outcomes, index);
  const isWhole =
    Array.isArray(outcomes) &&
    outcomes.length > 0 &&
    outcomes.length <= count &&
    (data === undefined || outcomes.includes(undefined)) &&
    (setsAside === undefined || isMade(setsAside));
  if (!isWhole) throw new TypeError("what was applied does not say what became of the changes");
}

/** Whether the change of that number is in the new content. */
export function isChangeMade(outcomes: readonly Outcome[], index: number): boolean {
  return index in outcomes && outcomes[index] === undefined;
}
