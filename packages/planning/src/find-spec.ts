import fs from "node:fs";

import { assertInPlanning } from "./contained.ts";
import { errnoOf } from "./errno.ts";
import { PlanningError, quoted, unreadable } from "./errors.ts";
import { getPlanningPaths, type Place } from "./planning-paths.ts";
import { readSpecName } from "./spec-file.ts";
import { assertSpecName, isSpecName } from "./spec-name.ts";
import { gitTop, isSameSpecFile, specPathFrom } from "./spec-path.ts";
import { readStatus } from "./status-file.ts";

/**
 * Whether there is a spec of that name, whatever its status says. Throws `PlanningError` (`PLANNING_OUTSIDE`, and
 * `PLANNING_UNREADABLE` where that cannot be told).
 */
export function isSetUp(spec: string, cwd?: Place): boolean {
  if (!isSpecName(spec)) return false;
  const { planning, status } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, status);
  try {
    fs.statSync(status);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return false;
    throw unreadable(status, error);
  }
}

/** Throws `SpecNameError`, and `PlanningError` (`PLANNING_SPEC_NOT_FOUND`) for a spec that is not set up. */
export function requireSpec(spec: string, cwd?: Place): void {
  assertSpecName(spec);
  if (!isSetUp(spec, cwd)) throw specNotFound(spec, cwd);
}

/** That there is no spec of that name. */
export function specNotFound(spec: string, cwd?: Place): PlanningError {
  const { dir } = getPlanningPaths(spec, cwd);
  return new PlanningError("PLANNING_SPEC_NOT_FOUND", dir, `there is no spec ${quoted(spec)}`);
}

/**
 * The spec whose file this is. Throws what `readSpecName` throws, `PLANNING_SPEC_NOT_FOUND`, and
 * `PLANNING_SPEC_INVALID` for another file with the name of a spec.
 */
export function findSpecOfFile(file: string, cwd?: Place): string {
  const spec = readSpecName(file);
  requireSpec(spec, cwd);
  const own = readStatus(spec, cwd)?.spec;
  const top = gitTop(cwd);
  if (own === undefined || isSameSpecFile(top, own, specPathFrom(top, file))) return spec;
  const reason = `its name ${quoted(spec)} is that of ${own}`;
  throw new PlanningError("PLANNING_SPEC_INVALID", file, reason);
}

/**
 * The folder of a spec's run, for `@x/planning/run-state`. It need not exist; it lies in `.planning`, links
 * followed. Throws `SpecNameError`, `PlanningError`.
 */
export function requireRunFolder(spec: string, cwd?: Place): string {
  requireSpec(spec, cwd);
  const { planning, runState } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, runState);
  return runState;
}
