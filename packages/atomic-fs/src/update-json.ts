import { assertOptions } from "./assert-options.ts";
import { createFileUpdater, type FileUpdateOptions } from "./file-updater.ts";
import { absolutePath } from "./follow-links.ts";
import { applyChanges, encode, type JsonChange } from "./json-changes.ts";

/** How the value is written, and what is done about a file that is missing or no JSON. */
export interface UpdateJsonOptions<T> extends FileUpdateOptions {
  /** Spaces, or a text of white space, as that of `JSON.stringify`. Default 2. */
  readonly indent?: number | string | undefined;
  /** What a missing file is taken to hold. Without it, a missing file is an error. */
  readonly initial?: T | undefined;
  /**
   * Of a file that is not valid JSON: `refuse` (the default) leaves it and throws; `quarantine`
   * sets it aside and starts from `initial`, which it needs.
   */
  readonly corrupt?: "refuse" | "quarantine" | undefined;
}

const files = createFileUpdater<JsonChange>(({ read }, changes, isTimeUp) =>
  applyChanges(read(), changes, isTimeUp),
);

/**
 * Replaces the JSON value of a file by what `update` makes of it. Atomic; exclusive across
 * processes, threads and calls; fenced; durable by `durability` when the promise resolves. What is asked
 * for while the file is waited for is written together: one read, one replacement, one sync.
 *
 * `update` is synchronous and gives the new value; it may change the one it got, and return that.
 * When it throws, its own promise is rejected, and nothing of it is written. Throws `JsonError` for a
 * file that is missing or corrupt, `WriteError`, `LockedError`, and `LockLostError` when the lock was
 * taken away; then nothing of this update is in the file, unless a `WriteError` says `installed`, or the
 * lock was lost after the replacement. A TypeError for an update that gives a promise or no JSON value.
 */
export async function updateJson<T>(
  path: string,
  update: (value: T) => T,
  options: UpdateJsonOptions<T> = {},
): Promise<void> {
  await files.update(path, changeOf(path, update, options), options);
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
  files.updateSync(path, changeOf(path, update, options), options);
}

function changeOf<T>(
  path: string,
  update: (value: T) => T,
  options: UpdateJsonOptions<T>,
): JsonChange {
  assertOptions(options);
  const { indent = 2, initial, corrupt = "refuse" } = options;
  if (typeof update !== "function") throw new TypeError("the update is no function");
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
    indent,
  };
}
