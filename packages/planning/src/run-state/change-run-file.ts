import type { Durability } from "@x/atomic-fs";

import { assertBounded } from "../read-bounded.ts";
import { type FileStep, updateFileSync } from "../update-file.ts";
import { RunFault } from "./run-fault.ts";
import { about, readRunFile, type RunFile, runPath } from "./run-files.ts";

/*
 * By the table of the original: what a run cannot go on without survives a power cut; of the rest, a
 * power cut may undo the last change, but tears nothing.
 */
const DURABILITY: Readonly<Partial<Record<RunFile, Durability>>> = {
  issues: "data",
  clarifications: "data",
  currentAgent: "none",
  ignore: "none",
};

/** That of the writes of a file. */
export function durabilityOf(file: RunFile): Durability {
  return DURABILITY[file] ?? "full";
}

/**
 * Changes a file of a run by a step, and gives its result. Atomic, exclusive, durable as the file asks
 * for. Throws `RunStateError`, also `PLANNING_RUN_FULL` for what would not be read again; `PlanningError`,
 * and what `updateFileSync` throws.
 */
export function changeRunFile<R>(folder: string, file: RunFile, step: FileStep<R>): R {
  return changeFileAt(runPath(folder, file), durabilityOf(file), step);
}

/** The same of a file below one of the folders of a run: its path was checked. */
export function changeFileAt<R>(path: string, durability: Durability, step: FileStep<R>): R {
  const bounded: FileStep<R> = (bytes) => {
    assertBounded(path, bytes?.length ?? 0);
    const made = step(bytes);
    if (made.data !== undefined) assertRoom(path, Buffer.byteLength(made.data));
    return made;
  };
  return about(path, () => updateFileSync(path, bounded, { durability }));
}

/** Makes the file where it is missing. One that is there is looked at, and not locked. Throws as `changeRunFile`. */
export function createRunFile(folder: string, file: RunFile, content: () => string): void {
  if (readRunFile(folder, file, () => true) !== undefined) return;
  changeRunFile(folder, file, (bytes) => ({
    ...(bytes === undefined && { data: content() }),
    result: undefined,
  }));
}

function assertRoom(path: string, bytes: number): void {
  try {
    assertBounded(path, bytes);
  } catch (error) {
    throw new RunFault("PLANNING_RUN_FULL", "it would be larger than 1 MiB", error);
  }
}
