import {
  type AppliedChanges,
  createFileUpdater,
  type FileUpdateOptions,
  type FileUpdater,
  type LockedFile,
  type Outcome,
} from "@x/atomic-fs";

/**
 * What a change makes of a file's bytes (undefined: there is no file). No `data`: it stays as it is.
 * Synchronous, and called once, under the lock; whatever else it does stays done when the write fails.
 */
export type FileStep<R> = (bytes: Uint8Array | undefined) => {
  readonly data?: string | Uint8Array | undefined;
  readonly result: R;
};

/** Runs its step on the bytes and notes the result down; gives the new ones, if there are any. */
type Change = (bytes: Uint8Array | undefined) => string | Uint8Array | undefined;

let files: FileUpdater<Change> | undefined;

/** Made by the first who changes something: nobody who only reads needs it. */
function updater(): FileUpdater<Change> {
  files ??= createFileUpdater<Change>(applyAll);
  return files;
}

/**
 * Changes a file by what `step` makes of its bytes, and gives the step's result.
 * Atomic, exclusive across processes, fenced, and durable by `durability`. The folder must be there.
 * Throws what the step throws, and `WriteError`, `LockedError`, `LockLostError` of `@x/atomic-fs`.
 */
export async function updateFile<R>(
  path: string,
  step: FileStep<R>,
  options: FileUpdateOptions = {},
): Promise<R> {
  const { change, result } = noting(step);
  await updater().update(path, change, options);
  return result();
}

/** The same within the current turn of the event loop: waiting puts the thread to sleep. */
export function updateFileSync<R>(
  path: string,
  step: FileStep<R>,
  options: FileUpdateOptions = {},
): R {
  const { change, result } = noting(step);
  updater().updateSync(path, change, options);
  return result();
}

function noting<R>(step: FileStep<R>): { change: Change; result: () => R } {
  let last: { readonly result: R } | undefined;
  const change: Change = (bytes) => {
    const made = step(bytes);
    last = made;
    return made.data;
  };
  const result = (): R => {
    if (last === undefined) throw new TypeError("the step did not run");
    return last.result;
  };
  return { change, result };
}

/** Each on what the one before has made. One that throws leaves nothing of itself. */
function applyAll(
  file: LockedFile,
  changes: readonly Change[],
  isTimeUp: () => boolean,
): AppliedChanges {
  let bytes = file.read();
  let data: string | Uint8Array | undefined;
  const outcomes: Outcome[] = [];
  for (const change of changes) {
    if (outcomes.length > 0 && isTimeUp()) break;
    try {
      const made = change(bytes);
      if (made !== undefined) {
        data = made;
        bytes = typeof made === "string" ? Buffer.from(made) : made;
      }
      outcomes.push(undefined);
    } catch (error) {
      outcomes.push({ error });
    }
  }
  return { data, outcomes };
}
