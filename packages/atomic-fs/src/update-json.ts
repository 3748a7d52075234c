import { dirname } from "node:path";

import { acquireLockSync, assertHeld, giveBack, giveBackAfter, type Hold } from "./acquire-lock.ts";
import { assertOptions } from "./assert-options.ts";
import { afterReplacement, toTypedError } from "./errors.ts";
import { type FileCalls, runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath, type Place } from "./follow-links.ts";
import { type Committed, GroupCommit, type Outcome, targetOf } from "./group-commit.ts";
import { type Applied, applyChanges, encode, type JsonChange } from "./json-changes.ts";
import { type LockOptions, timeoutOf } from "./lock-options.ts";
import { lockBeside } from "./lock-path.ts";
import { quarantineFileSync } from "./quarantine-file.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { DURABILITIES, type Durability, assertReplaceOptions, replaceAt } from "./replace-file.ts";
import { syncFolder } from "./sync-folder.ts";

export interface UpdateJsonOptions<T> extends LockOptions {
  /** Default `full`. */
  readonly durability?: Durability;
  /** Permission bits. Default: those of the file, for a new one 0o666 less the umask. */
  readonly mode?: number;
  /** Spaces, or a text of white space, as that of `JSON.stringify`. Default 2. */
  readonly indent?: number | string;
  /** What a missing file is taken to hold. Without it, a missing file is an error. */
  readonly initial?: T;
  /**
   * Of a file that is not valid JSON: `refuse` (the default) leaves it and throws; `quarantine`
   * sets it aside and starts from `initial`, which it needs.
   */
  readonly corrupt?: "refuse" | "quarantine";
  /**
   * Hears where a corrupt file was set aside, once the new one is in its place. What it throws
   * rejects the update, which is in the file all the same.
   */
  readonly onQuarantine?: (asidePath: string) => void;
}

/** One update that waits for its turn, or has it. */
interface Change extends JsonChange {
  readonly durability: Durability;
  readonly mode: number | undefined;
  readonly onQuarantine: ((asidePath: string) => void) | undefined;
}

const commits = new GroupCommit<Change>(commit);

// How long others wait for one hold: about as long as a turn of theirs.
const LONGEST_HOLD_MILLISECONDS = 4;

/**
 * Replaces the JSON value of a file by what `update` makes of it. Atomic; exclusive across
 * processes, threads and calls; durable by `durability` when the promise resolves. What is asked
 * for while the file is waited for is written together: one read, one replacement, one sync.
 *
 * `update` is synchronous and gives the new value; it may change the one it got, and return that.
 * When it throws, its own promise is rejected, and nothing of it is written. Throws `JsonError` for a
 * file that is missing or corrupt, `WriteError`, `LockedError`, and `LockLostError` when the lock was
 * taken away before the replacement; then the old content stands.
 */
export async function updateJson<T>(
  path: string,
  update: (value: T) => T,
  options: UpdateJsonOptions<T> = {},
): Promise<void> {
  const change = changeOf(path, update, options);
  await commits.add(change, timeoutOf(options));
}

/**
 * As `updateJson`, within the current turn of the event loop: waiting puts the thread to sleep. A
 * lock that this thread holds itself is a `LockedError` at once.
 */
export function updateJsonSync<T>(
  path: string,
  update: (value: T) => T,
  options: UpdateJsonOptions<T> = {},
): void {
  const change = changeOf(path, update, options);
  const timeoutMilliseconds = timeoutOf(options);
  const target = targetOf(change.path);
  const patience = { started: performance.now(), timeoutMilliseconds };
  const hold = acquireLockSync(syncFileCalls, change.path, lockBeside(target), patience);
  const { outcomes, folder } = commit(hold, target, [change]);
  const [outcome] = outcomes;
  if (outcome !== undefined) throw outcome.error;
  if (folder === undefined) return;
  try {
    runSync(syncFolder(syncFileCalls, folder), syncFileCalls);
  } catch (error) {
    throw toTypedError(change.path, error, true);
  }
}

function changeOf<T>(path: string, update: (value: T) => T, options: UpdateJsonOptions<T>): Change {
  assertOptions(options);
  const { durability = "full", mode, indent = 2, initial, corrupt = "refuse" } = options;
  assertReplaceOptions({ durability, mode });
  if (typeof update !== "function") throw new TypeError("the update is no function");
  if (options.onQuarantine !== undefined && typeof options.onQuarantine !== "function") {
    throw new TypeError("onQuarantine is no function");
  }
  if (corrupt !== "refuse" && corrupt !== "quarantine") {
    throw new TypeError(`a corrupt file cannot be treated by ${JSON.stringify(corrupt)}`);
  }
  if (typeof indent === "string" && /[^ \t\n\r]/.test(indent)) {
    throw new TypeError(`JSON cannot be indented by ${JSON.stringify(indent)}`);
  }
  if (corrupt === "quarantine" && initial === undefined) {
    throw new TypeError("to set a corrupt file aside, an initial value is needed");
  }
  return {
    path: absolutePath(path),
    // The file's type is the caller's word: who does not trust it parses the value first.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    update: update as (value: unknown) => unknown,
    initial: initial === undefined ? undefined : encode(initial, indent),
    quarantines: corrupt === "quarantine",
    durability,
    mode,
    indent,
    onQuarantine: options.onQuarantine,
  };
}

/** One hold of the lock: read, change, replace, and give it back. */
function commit(hold: Hold, target: string, changes: readonly Change[]): Committed {
  let written: Written;
  try {
    written = applyUnder(syncFileCalls, hold, target, changes);
  } catch (failure) {
    giveBackAfter(syncFileCalls, hold, toTypedError(hold.path, failure));
  }
  const { durability } = written;
  const folder = durability === "full" ? dirname(target) : undefined;
  let outcomes = tellQuarantine(changes, written);
  try {
    giveBack(syncFileCalls, hold);
  } catch (failure) {
    // They are in the file by now.
    const error = durability === undefined ? failure : afterReplacement(hold.path, failure);
    outcomes = outcomes.map((outcome) => outcome ?? { error });
  }
  return { outcomes, folder };
}

/** The listener's failure is that of the change which brought it. */
function tellQuarantine(
  changes: readonly Change[],
  { outcomes, aside }: Written,
): readonly Outcome[] {
  if (aside === undefined) return outcomes;
  const index = changes.findIndex((change, at) => change.quarantines && outcomes[at] === undefined);
  try {
    changes[index]?.onQuarantine?.(aside);
    return outcomes;
  } catch (error) {
    return outcomes.with(index, { error });
  }
}

interface Written {
  readonly outcomes: readonly Outcome[];
  /** What they ask for; undefined when nothing was written. */
  readonly durability?: Durability | undefined;
  /** Where the corrupt content went. */
  readonly aside?: string | undefined;
}

function applyUnder(
  files: FileCalls,
  hold: Hold,
  target: string,
  changes: readonly Change[],
): Written {
  const old = readRegularFile(files, target);
  const until = performance.now() + LONGEST_HOLD_MILLISECONDS;
  const isTimeUp = (): boolean => performance.now() >= until;
  const applied = applyChanges(old?.bytes, changes, isTimeUp);
  const { outcomes } = applied;
  if (applied.text === undefined) return { outcomes };
  try {
    return replace(files, hold, { target, previous: old?.stats }, applied, changes);
  } catch (failure) {
    // Those for which there was no time have their own try.
    const error = toTypedError(hold.path, failure);
    return { outcomes: outcomes.map((outcome) => outcome ?? { error }) };
  }
}

function replace(
  files: FileCalls,
  hold: Hold,
  place: Place,
  { text = "", outcomes, isOldCorrupt }: Applied,
  changes: readonly Change[],
): Written {
  const made = changes.slice(0, outcomes.length);
  const aside = isOldCorrupt ? quarantineFileSync(place.target, { keep: true }) : undefined;
  const durability = DURABILITIES.findLast((level) =>
    made.some((change) => change.durability === level),
  );
  const options = {
    // The folder is synced when others have the lock already.
    durability: durability === "none" ? durability : ("data" as const),
    mode: made.findLast(({ mode }) => mode !== undefined)?.mode,
    fence: () => assertHeld(files, hold),
  };
  // Should it fail, the aside is that of the next try, too.
  runSync(replaceAt(files, hold.path, place, Buffer.from(text), options), files);
  return { outcomes, durability, aside };
}
