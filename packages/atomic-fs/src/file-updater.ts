import { dirname } from "node:path";

import {
  type AppliedChanges,
  type ApplyChanges,
  assertApplied,
  isChangeMade,
  type LockedFile,
} from "./applied-changes.ts";
import { assertOptions } from "./assert-options.ts";
import { afterReplacement, toTypedError } from "./errors.ts";
import { type FileCalls, runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath, type Place } from "./follow-links.ts";
import { type Committed, GroupCommit, type Outcome, targetOf } from "./group-commit.ts";
import {
  acquireLockSync,
  assertHeld,
  giveBack,
  giveBackAfter,
  type Hold,
} from "./locks/acquire-lock.ts";
import { type LockOptions, timeoutOf } from "./locks/lock-options.ts";
import { lockBeside } from "./locks/lock-path.ts";
import { readRegularFile, type RegularFile } from "./read-regular-file.ts";
import { quarantineFileSync } from "./recovery/quarantine-file.ts";
import { assertReplaceOptions, DURABILITIES, type Durability, replaceAt } from "./replace-file.ts";
import { syncNames } from "./sync-folder.ts";

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
    runSync(syncNames(syncFileCalls, folder), syncFileCalls);
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
  const { file, old } = openLocked(files, hold, target);
  const until = performance.now() + LONGEST_HOLD_MILLISECONDS;
  const changes = all.map(({ change }) => change);
  let applied: AppliedChanges;
  try {
    applied = apply(file, changes, () => performance.now() >= until);
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
    const place = { target, previous: old()?.stats ?? files.lstat(target) };
    return { ...replace(files, hold, place, applied, all), aside };
  } catch (failure) {
    // Those for which there was no time have their own try. The aside is that of the next try, too.
    const error = toTypedError(hold.path, failure);
    return { outcomes: outcomes.map((outcome) => outcome ?? { error }) };
  }
}

/** The file as its format sees it, and what was read of it, if it was. */
function openLocked(
  files: FileCalls,
  hold: Hold,
  target: string,
): { readonly file: LockedFile; readonly old: () => RegularFile | undefined } {
  let old: RegularFile | undefined;
  const read = (): Uint8Array | undefined => {
    try {
      old ??= readRegularFile(files, target);
      return old?.bytes;
    } catch (error) {
      throw toTypedError(hold.path, error);
    }
  };
  // On a copy: what is done after this fence is looked at when the lock is given back.
  const held = { ...hold };
  const file = { path: target, read, assertHeld: () => assertHeld(files, held) };
  return { file, old: () => old };
}

function replace<Change>(
  files: FileCalls,
  hold: Hold,
  place: Place,
  { data = "", outcomes }: AppliedChanges,
  all: readonly Waiting<Change>[],
): Written {
  const made = all.filter((_, index) => isChangeMade(outcomes, index));
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
