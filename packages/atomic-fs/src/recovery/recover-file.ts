import { afterReplacement, toTypedError } from "../errors.ts";
import { type FileCalls, syncFileCalls } from "../file-calls.ts";
import type { FileFacts } from "../file-facts.ts";
import { absolutePath } from "../follow-links.ts";
import { targetOf } from "../group-commit.ts";
import type { LockOptions } from "../locks/lock-options.ts";
import { type HeldLock, withFileLock } from "../locks/with-file-lock.ts";
import { seal } from "../replace-file.ts";
import { closeAfter, openToSync } from "../sync-folder.ts";
import type { ListedOrphan, Orphan } from "./find-orphans.ts";
import { archiveFile, keepOne, moveAside } from "./quarantine-file.ts";
import {
  type Damaged,
  deadOrphans,
  isUnusable,
  latestOf,
  mayTakePlace,
} from "./recovery-candidates.ts";
import { install } from "./take-place.ts";
import { inspectFile, type ValidateOptions, type Validator, validatorOf } from "./validate-file.ts";

/** When a file counts as valid, which temporary file may take its place, and how long to wait for the lock. */
export interface RecoverOptions extends LockOptions, ValidateOptions {
  /**
   * Asked, under the lock, of each temporary file that may take the place of the file, the newest first, until it
   * gives true; one that it gives false for stays where it is. Synchronous. Default: the newest may.
   */
  readonly accepts?: ((orphan: Orphan) => boolean) | undefined;
}

/** What became of a file. `archived` is where temporary files of dead writers went that were not used. */
export type Recovery =
  /** The file is valid, and was not touched. */
  | { readonly outcome: "intact"; readonly archived: readonly string[] }
  | {
      readonly outcome: "recovered";
      /** The temporary file that is the file now. */
      readonly from: string;
      /** Where the invalid file went; undefined when there was none. */
      readonly aside: string | undefined;
      readonly archived: readonly string[];
    }
  | {
      readonly outcome: "unrecoverable";
      /** Of the file, which was left as it is. */
      readonly state: "missing" | "invalid";
      readonly archived: readonly string[];
    };

/** What the options say, or do not. */
interface Rules {
  readonly validate: Validator;
  readonly accepts: (orphan: Orphan) => boolean;
}

const PERMISSION_BITS = 0o777;
// The group's, too.
const OTHERS_BITS = 0o077;

// Each of them, a writer without the lock has replaced the file meanwhile.
const MAXIMUM_ATTEMPTS = 10;

/**
 * Puts the last complete write that was cut short in the place of a file that is missing or invalid.
 * Never backwards, and nothing is lost: a valid file is never replaced; what is put there is whole,
 * valid, and its writer is dead; it is the newest of its kind, and newer than the invalid file, or,
 * where there is none, than what was set aside of it. The invalid file is set aside, and temporary
 * files of dead writers that are not used are renamed to `<name>.broken-<digits>`; those of living
 * and of unknown writers stay.
 *
 * Exclusive, fenced, and durable when the promise resolves. The file has no name for an instant in
 * which readers find it missing instead of invalid. Throws `WriteError`, `LockedError` and
 * `LockLostError`.
 */
export async function recoverFile(path: string, options: RecoverOptions = {}): Promise<Recovery> {
  const rules: Rules = { validate: validatorOf(options), accepts: options.accepts ?? (() => true) };
  const start = absolutePath(path);
  if (isInOrder(start, rules)) return { outcome: "intact", archived: [] };
  let recovery: Recovery | undefined;
  const section = (lock: HeldLock): Recovery => {
    const target = targetOf(start);
    try {
      recovery = recover(syncFileCalls, target, rules, lock);
      return recovery;
    } catch (error) {
      throw toTypedError(start, error);
    }
  };
  try {
    return await withFileLock(start, section, options);
  } catch (error) {
    throw recovery?.outcome === "recovered" ? afterReplacement(start, error) : error;
  }
}

/** Whether there is nothing to do: that needs no lock, and no right to write. */
function isInOrder(path: string, { validate }: Rules): boolean {
  try {
    const target = targetOf(path);
    const found = inspectFile(syncFileCalls, target, validate);
    return found.state === "valid" && deadOrphans(syncFileCalls, target, found).length === 0;
  } catch (error) {
    throw toTypedError(path, error);
  }
}

function recover(files: FileCalls, target: string, rules: Rules, lock: HeldLock): Recovery {
  for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
    const found = inspectFile(files, target, rules.validate);
    const dead = deadOrphans(files, target, found);
    if (found.state === "valid") {
      lock.assertHeld();
      // They are of no use any more, but could take its place should it once be lost.
      return { outcome: "intact", archived: archive(files, dead, target) };
    }
    const { best, unusable, refused } = findBest(files, dead, target, found, rules);
    const others = dead.filter(
      (orphan) => orphan !== best && !unusable.has(orphan) && !refused.has(orphan),
    );
    lock.assertHeld();
    if (best === undefined) {
      for (const reason of unusable.values()) throw reason;
      const archived = archive(files, others, target);
      return { outcome: "unrecoverable", state: found.state, archived };
    }
    const previous = found.state === "invalid" ? found.file : undefined;
    const moved = previous === undefined ? undefined : moveAside(files, target);
    const from = best.orphan.path;
    if (!install(files, from, target, moved, previous?.bytes)) continue;
    const archived = archive(files, others, target);
    return { outcome: "recovered", from, aside: moved && tidy(files, target, moved), archived };
  }
  throw new Error("somebody replaces it all the time, without the lock");
}

interface Candidates {
  /** The newest orphan that may take the place of the file, made ready for it. */
  readonly best: ListedOrphan | undefined;
  /** Those that this user may not use, or nobody can read, and why: they keep no other from its place. */
  readonly unusable: ReadonlyMap<ListedOrphan, unknown>;
  readonly refused: ReadonlySet<ListedOrphan>;
}

function findBest(
  files: FileCalls,
  dead: readonly ListedOrphan[],
  target: string,
  found: Damaged,
  { validate, accepts }: Rules,
): Candidates {
  const since = latestOf(files, target, found);
  const previous = found.state === "invalid" ? found.file.stats : undefined;
  const unusable = new Map<ListedOrphan, unknown>();
  const refused = new Set<ListedOrphan>();
  const best = dead.find((orphan) => {
    try {
      if (!mayTakePlace(files, orphan, target, validate, since)) return false;
      if (!accepts(orphan.orphan)) {
        refused.add(orphan);
        return false;
      }
      prepare(files, orphan, previous);
      return true;
    } catch (error) {
      if (!isUnusable(error)) throw error;
      unusable.set(orphan, error);
      return false;
    }
  });
  return { best, unusable, refused };
}

/**
 * Gives the file what its writer did not come to: the owner and mode of the old one, and a sync. To
 * others it grants what both grant, for its writer may have wanted it private.
 */
function prepare(files: FileCalls, { orphan, stats }: ListedOrphan, previous?: FileFacts): void {
  const descriptor = openToSync(files, orphan.path);
  const own = stats.mode & PERMISSION_BITS;
  const { uid = 0, gid = 0, mode = 0 } = previous ?? {};
  const kept = previous && { uid, gid, mode: mode & (own | ~OTHERS_BITS) };
  try {
    seal(files, descriptor, stats.size, kept, kept === undefined ? own : undefined);
    files.fsync(descriptor);
  } catch (error) {
    closeAfter(files, descriptor, error);
  }
  files.close(descriptor);
}

/** Where the same damage was set aside before, it is kept once, if that can be seen. */
function tidy(files: FileCalls, target: string, moved: string): string {
  try {
    return keepOne(files, target, moved);
  } catch {
    // The recovery is made; that one of two equal files is left over is no failure of it.
    return moved;
  }
}

/** Those that cannot be renamed stay where they are. */
function archive(files: FileCalls, orphans: readonly ListedOrphan[], target: string): string[] {
  return orphans.flatMap(({ orphan }) => {
    try {
      return [archiveFile(files, orphan.path, target)];
    } catch {
      // It is gone, or not this user's to rename: what is found in the file's place is right anyway.
      return [];
    }
  });
}
