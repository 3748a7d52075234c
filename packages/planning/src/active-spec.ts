import fs from "node:fs";
import { join } from "node:path";

import { type Warning, writeWarning } from "@x/registry-core";

import { assertInPlanning } from "./contained.ts";
import { PlanningError, quoted, refusedBySystem, SpecNameError } from "./errors.ts";
import { hideFromGit } from "./git-ignore.ts";
import { planningFolder, type Place } from "./planning-paths.ts";
import { errnoOf, readBounded } from "./read-bounded.ts";
import { requireSpec } from "./status-file.ts";
import { updateFileSync } from "./update-file.ts";

export interface WarningOptions {
  /** Default: a line on stderr. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * The spec that is active in this checkout; null when there is none. One that is not set up any more, or
 * a name that no spec can have, counts as none, with a warning (`PLANNING_ACTIVE_DANGLING`).
 */
export function getActiveSpec(
  cwd?: Place,
  { onWarning = writeWarning }: WarningOptions = {},
): string | null {
  const path = activePath(cwd);
  const name = nameIn(readBounded(path));
  if (name === undefined) return null;
  try {
    requireSpec(name, cwd);
    return name;
  } catch (error) {
    if (!(error instanceof SpecNameError || error instanceof PlanningError)) throw error;
    const message = `${path} names ${quoted(name)}, which is no spec here: none is active`;
    onWarning({ code: "PLANNING_ACTIVE_DANGLING", message, path });
    return null;
  }
}

/**
 * Makes a spec the active one of this checkout. Atomic, durable. Throws `SpecNameError`, `PlanningError`
 * (`PLANNING_SPEC_NOT_FOUND`, `PLANNING_OUTSIDE`, `PLANNING_UNREADABLE`), `WriteError`, `LockedError`.
 */
export function setActiveSpec(spec: string, cwd?: Place): void {
  requireSpec(spec, cwd);
  hideFromGit(planningFolder(cwd));
  const path = activePath(cwd);
  readBounded(path);
  updateFileSync(path, (bytes) => ({
    ...(nameIn(bytes) !== spec && { data: `${spec}\n` }),
    result: undefined,
  }));
}

/**
 * Leaves no spec active in this checkout. Gives whether one was noted down. Throws `PlanningError`
 * (`PLANNING_IO`, `PLANNING_OUTSIDE`).
 */
export function clearActiveSpec(cwd?: Place): boolean {
  const path = activePath(cwd);
  try {
    fs.unlinkSync(path);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return false;
    throw refusedBySystem(path, error);
  }
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
