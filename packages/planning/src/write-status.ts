import fs from "node:fs";

import { createFolderSync, type LockOptions } from "@x/atomic-fs";

import { branchFault } from "./branch-name.ts";
import { assertInPlanning } from "./contained.ts";
import { PlanningError, quoted } from "./errors.ts";
import { requireSpec, specNotFound } from "./find-spec.ts";
import { planningEntries } from "./planning-entries.ts";
import { getPlanningPaths, type Place } from "./planning-paths.ts";
import { gitTop, isSameSpecFile, specFileFault, specFileState, specPathFrom } from "./spec-path.ts";
import { parseStatus, type SpecStatus, withStatus } from "./spec-status.ts";
import { changeStatus } from "./status-file.ts";

/**
 * Writes the status of a spec. The user's comments and further fields stay as they are; the folder is
 * made where it is missing. Atomic, exclusive, durable. Throws what `readStatus` throws, `PLANNING_SPEC_INVALID`,
 * `PLANNING_BRANCH_INVALID`, and `WriteError`, `LockedError`, `LockLostError` of `@x/atomic-fs`.
 */
export function writeStatus(
  status: SpecStatus,
  spec: string,
  cwd?: Place,
  options: LockOptions = {},
): void {
  if (status.name !== spec) {
    throw new TypeError(`the status of ${status.name} is not that of ${spec}`);
  }
  assertStatus(status, cwd);
  makeFolder(spec, cwd);
  changeStatus(spec, cwd, options, (text = "") => ({
    data: withStatus(text, pick(status)),
    result: undefined,
  }));
}

/**
 * Sets a spec up: makes its folder, and its status with no known branch. `specPath` is absolute, or
 * relative to the top of the git checkout; the file need not be there. Of one that is set up already,
 * all stays, but for the path of a file that was moved. Gives whether it is new. Promises and throws
 * what `writeStatus` does; a file of another path that is still there, with the same name, is
 * `PLANNING_SPEC_EXISTS`.
 */
export function initializeStatus(
  spec: string,
  specPath: string,
  cwd?: Place,
  options: LockOptions = {},
): boolean {
  const top = gitTop(cwd);
  const status = { name: spec, spec: specPathFrom(top, specPath), last_known_branch: null };
  assertStatus(status, cwd);
  assertNoTwin(spec, cwd);
  makeFolder(spec, cwd);
  return changeStatus(spec, cwd, options, (text) => {
    if (text === undefined) return { data: withStatus("", status), result: true };
    const former = parseStatus(text);
    if (former.name !== spec)
      throw exists(spec, cwd, `the folder is that of ${quoted(former.name)}`);
    if (former.spec === status.spec || isSameSpecFile(top, former.spec, status.spec)) {
      return { result: false };
    }
    if (specFileState(former.spec, cwd) === "present") {
      const reason = `the name ${quoted(spec)} is that of ${former.spec}, which is another file`;
      throw exists(spec, cwd, reason);
    }
    return { data: withStatus(text, { spec: status.spec }), result: false };
  });
}

/**
 * Notes the branch on which somebody works on a spec; null: none is known. To be called by agents, after
 * they have decided on a branch. Promises and throws what `writeStatus` does; a spec that is not set up is
 * `PLANNING_SPEC_NOT_FOUND`.
 */
export function updateLastKnownBranch(
  spec: string,
  branch: string | null,
  cwd?: Place,
  options: LockOptions = {},
): void {
  assertBranch(branch);
  requireSpec(spec, cwd);
  changeStatus(spec, cwd, options, (text) => {
    if (text === undefined) throw specNotFound(spec, cwd);
    return { data: withStatus(text, { last_known_branch: branch }), result: undefined };
  });
}

/** Has the status of a spec name its branch as a hint, where it was written before that. As `writeStatus`. */
export function modernizeStatus(spec: string, cwd?: Place, options: LockOptions = {}): void {
  changeStatus(spec, cwd, options, (text) => {
    if (text === undefined) throw specNotFound(spec, cwd);
    return { data: withStatus(text, {}), result: undefined };
  });
}

function assertStatus({ spec, last_known_branch }: SpecStatus, cwd: Place | undefined): void {
  const fault = specFileFault(spec, cwd);
  if (fault !== undefined) throw new PlanningError("PLANNING_SPEC_INVALID", spec, fault);
  assertBranch(last_known_branch);
}

function assertBranch(branch: string | null): void {
  const fault = branch === null ? undefined : branchFault(branch);
  if (fault === undefined) return;
  throw new PlanningError("PLANNING_BRANCH_INVALID", branch ?? "", fault);
}

function pick({ name, spec, last_known_branch }: SpecStatus): SpecStatus {
  return { name, spec, last_known_branch };
}

/** Makes the folder of a spec, where it is missing. */
function makeFolder(spec: string, cwd: Place | undefined): void {
  const { planning, dir } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, dir);
  if (fs.existsSync(dir)) return;
  createFolderSync(planning);
  createFolderSync(dir);
}

/** On some platforms two such names are one folder: those that fold letter case, or the forms of Unicode. */
function assertNoTwin(spec: string, cwd: Place | undefined): void {
  const { planning } = getPlanningPaths(spec, cwd);
  const twin = planningEntries(planning).find(
    ({ name }) => name !== spec && folded(name) === folded(spec),
  );
  if (twin === undefined) return;
  const reason = `${quoted(spec)} and ${quoted(twin.name)}, which is there, are one name on some platforms`;
  throw exists(spec, cwd, reason);
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function exists(spec: string, cwd: Place | undefined, reason: string): PlanningError {
  return new PlanningError("PLANNING_SPEC_EXISTS", getPlanningPaths(spec, cwd).dir, reason);
}
