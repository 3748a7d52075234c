import fs from "node:fs";
import { dirname, join, resolve } from "node:path";

import {
  createFileUpdater,
  createFolderSync,
  type FileUpdater,
  type FileUpdateOptions,
  type Durability,
  type LockOptions,
} from "@x/atomic-fs";

import { deepFreeze } from "./deep-freeze.ts";
import { RegistryError, type Warning } from "./errors.ts";
import { dangling, leadsOut } from "./leads-out.ts";
import { segmentFault } from "./path-segment.ts";
import { refuseInsideStep } from "./pure-step.ts";
import { applySteps, runStep, type Step, type StepChange } from "./registry-changes.ts";
import { complaintOf } from "./registry-content.ts";
import { RegistryReader } from "./registry-reader.ts";
import type { Schema } from "./schema.ts";

/** What makes a registry: its file, what fits into it, and what a missing or damaged file counts as. */
export interface RegistryDefinition<V> {
  /** Relative to the folder that `read` and `update` are called with, such as `.ai/.notes.json`. */
  readonly file: string;
  /** Must take what it gives: the value that a step makes of it is parsed again. */
  readonly schema: Schema<V>;
  /** The value of a file that is not there. */
  readonly empty: V;
  /**
   * What a change does with a damaged file: `quarantine` (the default) sets it aside and starts from
   * `empty`; `refuse` throws, and leaves it. One that a link leads to, out of the folder, is left anyway.
   */
  readonly corrupt?: "quarantine" | "refuse" | undefined;
}

/** Who hears of a file that counts as the empty value because it cannot be used. */
export interface ReadOptions {
  /** Hears of a file that is damaged (`REGISTRY_CORRUPT`) or unreadable (`REGISTRY_UNREADABLE`); may throw. */
  readonly onFault?: ((fault: RegistryError) => void) | undefined;
}

/** How durable a change is, how long its turn is waited for, and who hears of what was set aside. */
export interface UpdateOptions extends LockOptions {
  /** Default `full`. */
  readonly durability?: Durability | undefined;
  /**
   * Hears, once the change is done, of a file that was set aside: `REGISTRY_QUARANTINED`. What it
   * throws rejects the update, which is in the file all the same.
   */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** A JSON document in a folder that several processes read and change. Its values are frozen. */
export interface Registry<V> {
  /** Where it is for this folder. */
  readonly path: (dir: string) => string;
  /**
   * The value; the empty one when the file is missing, damaged or unreadable (see `onFault`). Takes no
   * lock, never changes the disk. Parsed once while the file is unchanged, but for the first 50 ms, in
   * which another change could have the same time stamp.
   */
  readonly read: (dir: string, options?: ReadOptions) => Readonly<V>;
  /**
   * Changes the value by what `step` makes of the newest one, and gives the step's result. Atomic,
   * exclusive across processes, durable. What is asked for while the file is waited for is written
   * together; a step that throws rejects its own promise alone. Fields and entries that the schema
   * does not know stay. A file that is damaged, or of which something would be lost, is set aside
   * first. Creates the folders of the file, never `dir` itself.
   *
   * Throws `RegistryError`, and `WriteError`, `LockedError`, `LockLostError` of `@x/atomic-fs`. Then
   * nothing was changed, unless a `WriteError` says `installed`.
   */
  readonly update: <R>(dir: string, step: Step<V, R>, options?: UpdateOptions) => Promise<R>;
  /** The same within the current turn of the event loop: waiting puts the thread to sleep. */
  readonly updateSync: <R>(dir: string, step: Step<V, R>, options?: UpdateOptions) => R;
}

/**
 * A registry of one's own: a JSON file of which every change is atomic, durable and exclusive, see
 * `Registry`. Touches no file. Throws a TypeError for a file that is not below its folder, and for an empty
 * value that does not fit.
 */
export function defineRegistry<V>(definition: RegistryDefinition<V>): Registry<V> {
  const place = acceptDefinition(definition);
  const reader = new RegistryReader(place.schema, place.empty);
  let files: FileUpdater<StepChange<V>> | undefined;
  // Nobody who only reads needs it.
  const updater = (): FileUpdater<StepChange<V>> =>
    (files ??= createFileUpdater<StepChange<V>>(applySteps));
  const pathIn = (dir: string): string => join(dir, place.file);
  const update = async <R>(dir: string, step: Step<V, R>, options: UpdateOptions): Promise<R> => {
    const prepared = prepareUpdate(place, dir, step, options);
    const { change, fileOptions, isToBeWritten, warn, result } = prepared;
    try {
      if (isToBeWritten) await updater().update(change.path, change, fileOptions);
    } finally {
      warn();
    }
    return result();
  };
  return {
    path: pathIn,
    read: (dir, { onFault } = {}) => {
      refuseInsideStep();
      return readOrEmpty(place, () => reader.read(pathIn(dir)), onFault);
    },
    update: (dir, step, options = {}) => {
      // Thrown, not rejected: inside a step nobody waits for a promise.
      refuseInsideStep();
      return update(dir, step, options);
    },
    updateSync: (dir, step, options = {}) => {
      refuseInsideStep();
      const prepared = prepareUpdate(place, dir, step, options);
      const { change, fileOptions, isToBeWritten, warn, result } = prepared;
      try {
        if (isToBeWritten) updater().updateSync(change.path, change, fileOptions);
      } finally {
        warn();
      }
      return result();
    },
  };
}

/** A definition that was looked at. */
interface Place<V> {
  readonly file: string;
  readonly schema: Schema<V>;
  /** Frozen. */
  readonly empty: V;
  readonly isRefusing: boolean;
}

function readOrEmpty<V>({ empty }: Place<V>, read: () => V, onFault: ReadOptions["onFault"]): V {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    onFault?.(error);
    return empty;
  }
}

interface Prepared<V, R> {
  readonly change: StepChange<V>;
  readonly fileOptions: FileUpdateOptions;
  readonly isToBeWritten: boolean;
  /** Tells what was set aside, if anything was: then the new content is in the file. */
  readonly warn: () => void;
  /** Of the step that was made. */
  readonly result: () => R;
}

function acceptDefinition<V>(definition: RegistryDefinition<V>): Place<V> {
  const { file, schema, empty, corrupt = "quarantine" } = definition;
  assertBelow(file);
  if (corrupt !== "quarantine" && corrupt !== "refuse") {
    throw new TypeError(`a damaged file cannot be treated by ${JSON.stringify(corrupt)}`);
  }
  const isRefusing = corrupt === "refuse";
  return { file, schema, empty: acceptEmpty(file, schema, empty), isRefusing };
}

function prepareUpdate<V, R>(
  { file, schema, empty, isRefusing }: Place<V>,
  dir: string,
  step: Step<V, R>,
  options: UpdateOptions,
): Prepared<V, R> {
  // The current folder may change while the lock is waited for.
  const root = resolve(dir);
  const path = join(root, file);
  const isOutside = leadsOut(root, path);
  if (isOutside && !fs.existsSync(path)) throw dangling(path);
  const place = { path, schema, empty, isRefusing: isRefusing || isOutside };
  const prepared = prepareStep(place, step, options);
  return { ...prepared, isToBeWritten: preparePlace(root, file, prepared.change) };
}

function prepareStep<V, R>(
  place: Omit<StepChange<V>, "step">,
  step: Step<V, R>,
  { onWarning, ...options }: UpdateOptions,
): Omit<Prepared<V, R>, "isToBeWritten"> {
  if (typeof step !== "function") throw new TypeError("the step is no function");
  let last: { readonly result: R } | undefined;
  let warning: Warning | undefined;
  const change: StepChange<V> = {
    ...place,
    // It may run several times: what it gave last is what was written.
    step: (value, origin) => (last = step(value, origin)),
  };
  const onQuarantine = (aside: string): void => {
    const message = `${place.path}: ${change.reason}; it was set aside as ${aside}`;
    warning = { code: "REGISTRY_QUARANTINED", message, path: aside };
  };
  const warn = (): void => {
    if (warning !== undefined) onWarning?.(warning);
  };
  const result = (): R => {
    if (last === undefined) throw new TypeError("the step did not run");
    return last.result;
  };
  return { change, fileOptions: { ...options, onQuarantine }, warn, result };
}

/**
 * Whether there is anything to write, with the folders for it. Where these are missing, so is the
 * file: then a step that writes nothing leaves no trace.
 */
function preparePlace<V>(dir: string, file: string, { path, empty, step }: StepChange<V>): boolean {
  if (fs.existsSync(dirname(path))) return true;
  if (runStep(step, empty, "missing").value === undefined) return false;
  try {
    // One by one, and never `dir` itself.
    const folders = file.split("/").slice(0, -1);
    for (const [index] of folders.entries()) {
      createFolderSync(join(dir, ...folders.slice(0, index + 1)));
    }
  } catch (error) {
    if (fs.existsSync(dir)) throw error;
    throw folderMissing(dir, error);
  }
  if (!fs.existsSync(dir)) throw folderMissing(dir);
  return true;
}

function folderMissing(dir: string, cause?: unknown): RegistryError {
  return new RegistryError("REGISTRY_FOLDER_MISSING", dir, "there is no such folder", cause);
}

function acceptEmpty<V>(file: string, schema: Schema<V>, empty: V): V {
  try {
    return deepFreeze(schema.parse(empty));
  } catch (error) {
    const reason = complaintOf(error);
    throw new TypeError(`the empty value of ${file} does not fit its schema: ${reason}`, {
      cause: error,
    });
  }
}

function assertBelow(file: string): void {
  if (typeof file !== "string") throw new TypeError("the file of a registry has no name");
  const fault = file.split("/").find((segment) => segmentFault(segment) !== undefined);
  if (fault === undefined) return;
  const reason = "it is relative to the folder, with / between names, and without . and ..";
  throw new TypeError(`${JSON.stringify(file)} cannot be the file of a registry: ${reason}`);
}
