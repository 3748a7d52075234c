import { dirname } from "node:path";

import { acquireLockSync, assertHeld, giveBack, giveBackAfter, type Hold } from "./acquire-lock.ts";
import { assertOptions } from "./assert-options.ts";
import { afterReplacement, toTypedError } from "./errors.ts";
import { type FileCalls, runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath, type Place } from "./follow-links.ts";
import { type Committed, GroupCommit, type Outcome, targetOf } from "./group-commit.ts";
import { type LockOptions, timeoutOf } from "./lock-options.ts";
import { lockBeside } from "./lock-path.ts";
import { quarantineFileSync } from "./quarantine-file.ts";
import { readRegularFile, type RegularFile } from "./read-regular-file.ts";
import { assertReplaceOptions, DURABILITIES, type Durability, replaceAt } from "./replace-file.ts";
import { syncFolder } from "./sync-folder.ts";

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

/** How the new content is written, how long its turn is waited for, and who hears of what was set aside. */
export interface FileUpdateOptions extends LockOptions {
  /** Default `full`. */
  readonly durability?: Durability | undefined;
  /** Permission bits. Default: those of the file, for a new one 0o666 less the umask. */
  readonly mode?: number | undefined;
  /**
   * Hears where the old content was set aside for this change, once the new one is in its place. What
   * it throws rejects the change, which is in the file all the same.
   */
  readonly onQuarantine?: ((asidePath: string) => void) | undefined;
}

/** Changes of files in a format of their own. */
export interface FileUpdater<Change> {
  /**
   * Resolves when the change is in the file. Atomic; exclusive across processes, threads and calls;
   * fenced; durable by `durability`. All that is asked for while the file is waited for is written
   * together. Throws what became of the change, and `WriteError`, `LockedError`, `LockLostError`.
   */
  readonly update: (path: string, change: Change, options?: FileUpdateOptions) => Promise<void>;
  /**
   * The same within the current turn of the event loop: waiting puts the thread to sleep, and a lock
   * that this thread holds itself is a `LockedError` at once.
   */
  readonly updateSync: (path: string, change: Change, options?: FileUpdateOptions) => void;
}

/** One change that waits for its turn, or has it. */
interface Waiting<Change> {
  readonly path: string;
  readonly change: Change;
  readonly durability: Durability;
  readonly mode: number | undefined;
  readonly onQuarantine: ((asidePath: string) => void) | undefined;
}

/**
 * Files of a format of one's own, changed as `updateJson` changes JSON: `apply` says what changes make of a
 * file's content; the lock, the fence, the replacement, and one sync for all that wait are seen to here.
 */
export function createFileUpdater<Change>(apply: ApplyChanges<Change>): FileUpdater<Change> {
  const commit = (hold: Hold, target: string, all: readonly Waiting<Change>[]): Committed =>
    commitUnder(syncFileCalls, hold, target, all, apply);
  const commits = new GroupCommit<Waiting<Change>>(commit);
  return {
    update: async (path, change, options = {}) => {
      await commits.add(waitingOf(path, change, options), timeoutOf(options));
    },
    updateSync: (path, change, options = {}) => {
      const waiting = waitingOf(path, change, options);
      commitSync(waiting, timeoutOf(options), commit);
    },
  };
}

function waitingOf<Change>(
  path: string,
  change: Change,
  options: FileUpdateOptions,
): Waiting<Change> {
  assertOptions(options);
  const { durability = "full", mode, onQuarantine } = options;
  assertReplaceOptions({ durability, mode });
  if (onQuarantine !== undefined && typeof onQuarantine !== "function") {
    throw new TypeError("onQuarantine is no function");
  }
  return { path: absolutePath(path), change, durability, mode, onQuarantine };
}

function commitSync<Change extends { readonly path: string }>(
  change: Change,
  timeoutMilliseconds: number,
  commit: (hold: Hold, target: string, changes: readonly Change[]) => Committed,
): void {
  const { path } = change;
  const target = targetOf(path);
  const patience = { started: performance.now(), timeoutMilliseconds };
  const hold = acquireLockSync(syncFileCalls, path, lockBeside(target), patience);
  const { outcomes, folder } = commit(hold, target, [change]);
  const [outcome] = outcomes;
  if (outcome !== undefined) throw outcome.error;
  if (folder === undefined) return;
  try {
    runSync(syncFolder(syncFileCalls, folder), syncFileCalls);
  } catch (error) {
    throw toTypedError(path, error, true);
  }
}

// How long others wait for one hold: about as long as a turn of theirs.
const LONGEST_HOLD_MILLISECONDS = 4;

/** One hold of the lock: read, change, replace, and give it back. */
function commitUnder<Change>(
  files: FileCalls,
  hold: Hold,
  target: string,
  all: readonly Waiting<Change>[],
  apply: ApplyChanges<Change>,
): Committed {
  let written: Written;
  try {
    written = applyUnder(files, hold, target, all, apply);
  } catch (failure) {
    giveBackAfter(files, hold, toTypedError(hold.path, failure));
  }
  const { durability } = written;
  const folder = durability === "full" ? dirname(target) : undefined;
  let { outcomes } = written;
  try {
    giveBack(files, hold);
  } catch (failure) {
    // They are in the file by now.
    const error = durability === undefined ? failure : afterReplacement(hold.path, failure);
    outcomes = outcomes.map((outcome) => outcome ?? { error });
  }
  // The listener is somebody else's code: it runs when the lock is free again.
  return { outcomes: tellQuarantine(all, { ...written, outcomes }), folder };
}

interface Written {
  readonly outcomes: readonly Outcome[];
  /** What they ask for; undefined when nothing was written. */
  readonly durability?: Durability | undefined;
  /** Where the old content went, and which change has sent it there. */
  readonly aside?: { readonly path: string; readonly index: number } | undefined;
}

/** The listener's failure is that of the change which brought it. */
function tellQuarantine<Change>(
  all: readonly Waiting<Change>[],
  { outcomes, aside }: Written,
): readonly Outcome[] {
  if (aside === undefined) return outcomes;
  try {
    all[aside.index]?.onQuarantine?.(aside.path);
    return outcomes;
  } catch (error) {
    return outcomes.with(aside.index, { error });
  }
}

function applyUnder<Change>(
  files: FileCalls,
  hold: Hold,
  target: string,
  all: readonly Waiting<Change>[],
  apply: ApplyChanges<Change>,
): Written {
  let old: RegularFile | undefined;
  const read = (): Uint8Array | undefined => {
    try {
      old ??= readRegularFile(files, target);
      return old?.bytes;
    } catch (error) {
      throw toTypedError(hold.path, error);
    }
  };
  const until = performance.now() + LONGEST_HOLD_MILLISECONDS;
  const isTimeUp = (): boolean => performance.now() >= until;
  const changes = all.map(({ change }) => change);
  let applied: AppliedChanges;
  try {
    const held = { ...hold };
    const file = { path: target, read, assertHeld: () => assertHeld(files, held) };
    applied = apply(file, changes, isTimeUp);
    assertApplied(applied, all.length);
  } catch (error) {
    // The format's own, as it is.
    return { outcomes: all.map(() => ({ error })) };
  }
  const { outcomes, setsAside } = applied;
  if (applied.data === undefined) return { outcomes };
  let aside: Written["aside"];
  try {
    if (setsAside !== undefined) {
      aside = { path: quarantineFileSync(target, { keep: true }), index: setsAside };
    }
  } catch (failure) {
    // Those before it lose nothing: they go without it, and it has a hold of its own.
    if (setsAside !== undefined && setsAside > 0) {
      return applyUnder(files, hold, target, all.slice(0, setsAside), apply);
    }
    return { outcomes: [{ error: toTypedError(hold.path, failure) }] };
  }
  try {
    const place = { target, previous: old?.stats ?? files.lstat(target) };
    return { ...replace(files, hold, place, applied, all), aside };
  } catch (failure) {
    // Those for which there was no time have their own try. The aside is that of the next try, too.
    const error = toTypedError(hold.path, failure);
    return { outcomes: outcomes.map((outcome) => outcome ?? { error }) };
  }
}

/** Throws a TypeError for what would leave a change without an answer, or answer one that was not made. */
function assertApplied({ data, outcomes, setsAside }: AppliedChanges, count: number): void {
  const isMade = (index: number): boolean => index in outcomes && outcomes[index] === undefined;
  const isWhole =
    Array.isArray(outcomes) &&
    outcomes.length > 0 &&
    outcomes.length <= count &&
    (data === undefined || outcomes.includes(undefined)) &&
    (setsAside === undefined || isMade(setsAside));
  if (!isWhole) throw new TypeError("what was applied does not say what became of the changes");
}

function replace<Change>(
  files: FileCalls,
  hold: Hold,
  place: Place,
  { data = "", outcomes }: AppliedChanges,
  all: readonly Waiting<Change>[],
): Written {
  const made = all.filter((_, index) => index in outcomes && outcomes[index] === undefined);
  const durability = DURABILITIES.findLast((level) =>
    made.some((change) => change.durability === level),
  );
  const options = {
    // The folder is synced when others have the lock already.
    durability: durability === "none" ? durability : ("data" as const),
    mode: made.findLast(({ mode }) => mode !== undefined)?.mode,
    fence: () => assertHeld(files, hold),
  };
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  runSync(replaceAt(files, hold.path, place, bytes, options), files);
  return { outcomes, durability };
}
