import fs from "node:fs";
import { join } from "node:path";

import { type LockOptions, withFileLockSync } from "@x/atomic-fs";
import { type Warning, writeWarning } from "@x/registry-core";

import { assertInPlanning } from "./contained.ts";
import { errnoOf } from "./errno.ts";
import { PlanningError, quoted, refusedBySystem, SpecNameError } from "./errors.ts";
import { isSetUp, requireSpec } from "./find-spec.ts";
import { hideFromGit } from "./git-ignore.ts";
import { planningFolder, type Place } from "./planning-paths.ts";
import { assertReadable, readBounded } from "./read-bounded.ts";
import { readStatus } from "./status-file.ts";
import { updateFileSync } from "./update-file.ts";

/** Who hears of what is passed over. */
export interface WarningOptions {
  /** Default: a line on stderr. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * The spec that is active in this checkout; null when there is none. One that is not set up any more, or cannot be
 * looked at, a name that no spec can have, and an `.active` that cannot be read count as none, with a warning
 * (`PLANNING_ACTIVE_DANGLING`). Throws `PlanningError` (`PLANNING_OUTSIDE`) where `.planning` leads out.
 */
export function getActiveSpec(
  cwd?: Place,
  { onWarning = writeWarning }: WarningOptions = {},
): string | null {
  const planning = planningFolder(cwd);
  assertInPlanning(planning, planning);
  const path = join(planning, ".active");
  const warn = (what: string): null => {
    onWarning({
      code: "PLANNING_ACTIVE_DANGLING",
      message: `${path} ${what}: none is active`,
      path,
    });
    return null;
  };
  let name: string | undefined;
  try {
    assertInPlanning(planning, path);
    name = nameIn(readBounded(path));
    if (name === undefined) return null;
    requireSpec(name, cwd);
    return name;
  } catch (error) {
    if (!(error instanceof SpecNameError || error instanceof PlanningError)) throw error;
    if (name === undefined) return warn("cannot be read");
    const isUnknown = error.code === "PLANNING_UNREADABLE";
    const what = isUnknown
      ? `which cannot be looked at (${error.reason})`
      : "which is no spec here";
    return warn(`names ${quoted(name)}, ${what}`);
  }
}

/**
 * Makes a spec the active one of this checkout. Atomic, durable. Throws `SpecNameError`, `PlanningError`
 * (`PLANNING_SPEC_NOT_FOUND`, `PLANNING_STATUS_CORRUPT`, `PLANNING_OUTSIDE`, `PLANNING_UNREADABLE`),
 * `WriteError`, `LockedError`.
 */
export function setActiveSpec(spec: string, cwd?: Place): void {
  requireSpec(spec, cwd);
  // Whoever works on it is going to ask for its status.
  readStatus(spec, cwd);
  hideFromGit(planningFolder(cwd));
  const path = activePath(cwd);
  assertReadable(path);
  updateFileSync(path, (bytes) => ({
    ...(nameIn(bytes) !== spec && { data: `${spec}\n` }),
    result: undefined,
  }));
}

/**
 * Leaves no spec active in this checkout. Gives whether one was noted down. Exclusive. Throws `PlanningError`
 * (`PLANNING_IO`, `PLANNING_OUTSIDE`), and `WriteError`, `LockedError` of `@x/atomic-fs`.
 */
export function clearActiveSpec(cwd?: Place): boolean {
  const path = activePath(cwd);
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  return withFileLockSync(path, () => {
    try {
      fs.unlinkSync(path);
      return true;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return false;
      throw refusedBySystem(path, error);
    }
  });
}

/**
 * What is noted as the active spec of this checkout and, as far as everything could be read, is none; undefined
 * where a spec is, or nothing. Throws `PlanningError` where that cannot be told: `PLANNING_OUTSIDE`,
 * `PLANNING_UNREADABLE`, `PLANNING_TOO_LARGE`.
 */
export function findDanglingSpec(cwd?: Place): string | undefined {
  const name = nameIn(readBounded(activePath(cwd)));
  return name === undefined || isSetUp(name, cwd) ? undefined : name;
}

/**
 * Leaves no spec active where what is noted is none, as `findDanglingSpec` finds it under the lock: `take` gets the
 * file of the note, and moves it away. Gives whether it did. Exclusive. Throws as `findDanglingSpec`, what `take`
 * throws, and `WriteError`, `LockedError` of `@x/atomic-fs`.
 */
export function clearDanglingSpec(
  take: (path: string) => void,
  cwd?: Place,
  options: LockOptions = {},
): boolean {
  if (findDanglingSpec(cwd) === undefined) return false;
  const path = activePath(cwd);
  const section = (): boolean => {
    if (findDanglingSpec(cwd) === undefined) return false;
    take(path);
    return true;
  };
  return withFileLockSync(path, section, options);
}

/** Has `.active` follow a folder that gets another name. Gives whether it named that folder. Exclusive. */
export function followRename(from: string, to: string, cwd?: Place): boolean {
  const path = activePath(cwd);
  if (nameIn(readBounded(path)) !== from) return false;
  return updateFileSync(path, (bytes) => {
    const isNamed = nameIn(bytes) === from;
    return { ...(isNamed && { data: `${to}\n` }), result: isNamed };
  });
}

function activePath(cwd?: Place): string {
  const planning = planningFolder(cwd);
  const path = join(planning, ".active");
  assertInPlanning(planning, path);
  return path;
}

function nameIn(bytes: Uint8Array | undefined): string | undefined {
  const text = new TextDecoder().decode(bytes).trim();
  return text === "" ? undefined : text;
}
