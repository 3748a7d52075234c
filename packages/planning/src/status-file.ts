import fs from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

import { createFolderSync, type LockOptions } from "@x/atomic-fs";
import { isWithin, readCheckout, realPathOf, realPathOfPart } from "@x/registry-core/workspace";

import { branchFault } from "./branch-name.ts";
import { assertInPlanning } from "./contained.ts";
import { PlanningError, quoted } from "./errors.ts";
import { hideFromGit } from "./git-ignore.ts";
import { checkoutRoot, getPlanningPaths, type Place } from "./planning-paths.ts";
import { assertBounded, readBounded } from "./read-bounded.ts";
import { isSpecName } from "./spec-name.ts";
import { parseStatus, specPathFault, type SpecStatus, withStatus } from "./spec-status.ts";
import { updateFileSync } from "./update-file.ts";
import { YamlFault } from "./yaml-map.ts";

// A byte order mark is part of the file, and stays.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The status of a spec; null where there is none. Throws `SpecNameError`, and `PlanningError`
 * (`PLANNING_STATUS_CORRUPT`, `PLANNING_UNREADABLE`, `PLANNING_OUTSIDE`).
 */
export function readStatus(spec: string, cwd?: Place): SpecStatus | null {
  return readStatusText(spec, cwd, parseStatus) ?? null;
}

/** What `parse` makes of the text of a spec's status; undefined where there is none. As `readStatus`. */
export function readStatusText<R>(
  spec: string,
  cwd: Place | undefined,
  parse: (text: string) => R,
): R | undefined {
  const { planning, status: path } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, path);
  const bytes = readBounded(path);
  return bytes === undefined ? undefined : inFile(path, () => parse(decode(bytes)));
}

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
  assertStatus(status);
  makeFolder(spec, cwd);
  changeStatus(spec, cwd, options, (text = "") => ({
    data: withStatus(text, pick(status)),
    result: undefined,
  }));
}

/**
 * Sets a spec up: makes its folder, and its status with no known branch. `specPath` is absolute, or
 * relative to the top of the git checkout. Of one that is set up already, all stays, but for the path of a
 * file that was moved. Gives whether it is new. Promises and throws what `writeStatus` does; a file of
 * another path that is still there, with the same name, is `PLANNING_SPEC_EXISTS`.
 */
export function initializeStatus(
  spec: string,
  specPath: string,
  cwd?: Place,
  options: LockOptions = {},
): boolean {
  const top = gitTop(cwd);
  const status = { name: spec, spec: pathFrom(top, specPath), last_known_branch: null };
  assertStatus(status);
  const { dir } = getPlanningPaths(spec, cwd);
  makeFolder(spec, cwd);
  return changeStatus(spec, cwd, options, (text) => {
    if (text === undefined) return { data: withStatus("", status), result: true };
    const { spec: former, name } = parseStatus(text);
    if (name !== spec) {
      throw new PlanningError("PLANNING_SPEC_EXISTS", dir, `the folder is that of ${name}`);
    }
    if (former === status.spec) return { result: false };
    if (specPathFault(former) === undefined && fs.existsSync(join(top, former))) {
      const reason = `the name "${spec}" is that of ${former}, which is another file`;
      throw new PlanningError("PLANNING_SPEC_EXISTS", dir, reason);
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
    if (text === undefined) throw notFound(spec, getPlanningPaths(spec, cwd).dir);
    return { data: withStatus(text, { last_known_branch: branch }), result: undefined };
  });
}

/** Has the status of a spec name its branch as a hint, where it was written before that. As `writeStatus`. */
export function modernizeStatus(spec: string, cwd?: Place, options: LockOptions = {}): void {
  changeStatus(spec, cwd, options, (text) => {
    if (text === undefined) throw notFound(spec, getPlanningPaths(spec, cwd).dir);
    return { data: withStatus(text, {}), result: undefined };
  });
}

/** Whether there is a spec of that name, whatever its status says. Throws `PlanningError` (`PLANNING_OUTSIDE`). */
export function isSetUp(spec: string, cwd?: Place): boolean {
  if (!isSpecName(spec)) return false;
  const { planning, status } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, status);
  return fs.existsSync(status);
}

/** Throws `SpecNameError`, and `PlanningError` (`PLANNING_SPEC_NOT_FOUND`) for a spec that is not set up. */
export function requireSpec(spec: string, cwd?: Place): void {
  const { dir } = getPlanningPaths(spec, cwd);
  if (!isSetUp(spec, cwd)) throw notFound(spec, dir);
}

/** A path as it stands in a status: relative to the top of the checkout, with `/`. */
function pathFrom(top: string, path: string): string {
  const absolute = isAbsolute(path) ? path : join(top, path);
  const real = realPathOf(absolute);
  const realTop = realPathOfPart(top);
  // A link in the checkout stays what it is, unless it leads out.
  const isOutside = real !== undefined && !isWithin(realTop, real);
  const file = isOutside ? real : join(realPathOfPart(dirname(absolute)), basename(absolute));
  return relative(realTop, file).split(sep).join("/");
}

/** The top of the git checkout; outside git that of `.planning/`. */
function gitTop(cwd?: Place): string {
  const root = checkoutRoot(cwd);
  return readCheckout(root)?.top ?? root;
}

/** Makes the folder of a spec, where it is missing. */
function makeFolder(spec: string, cwd: Place | undefined): void {
  const { planning, dir } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, dir);
  if (fs.existsSync(dir)) return;
  createFolderSync(planning);
  createFolderSync(dir);
}

/** What is to become of the text of a status. The same text, or no `data`: the file stays as it is. */
type StatusStep<R> = (text: string | undefined) => {
  readonly data?: string | undefined;
  readonly result: R;
};

function changeStatus<R>(
  spec: string,
  cwd: Place | undefined,
  options: LockOptions,
  step: StatusStep<R>,
): R {
  const { planning, status: path } = getPlanningPaths(spec, cwd);
  assertInPlanning(planning, path);
  hideFromGit(planning);
  readBounded(path);
  return updateFileSync(
    path,
    (bytes) => {
      if (bytes !== undefined) assertBounded(path, bytes.byteLength);
      const text = bytes === undefined ? undefined : inFile(path, () => decode(bytes));
      const { data, result } = inFile(path, () => step(text));
      if (data === undefined || data === text) return { result };
      assertBounded(path, Buffer.byteLength(data));
      return { data, result };
    },
    options,
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new YamlFault("it is not UTF-8", { cause: error });
  }
}

/** What is wrong with the text is wrong with the file. */
function inFile<R>(path: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    throw new PlanningError("PLANNING_STATUS_CORRUPT", path, error.message, error);
  }
}

function assertStatus({ spec, last_known_branch }: SpecStatus): void {
  const fault = specPathFault(spec);
  if (fault !== undefined) throw new PlanningError("PLANNING_SPEC_INVALID", spec, fault);
  assertBranch(last_known_branch);
}

function assertBranch(branch: string | null): void {
  const fault = branch === null ? undefined : branchFault(branch);
  if (fault !== undefined) throw new PlanningError("PLANNING_BRANCH_INVALID", branch ?? "", fault);
}

function pick({ name, spec, last_known_branch }: SpecStatus): SpecStatus {
  return { name, spec, last_known_branch };
}

function notFound(spec: string, dir: string): PlanningError {
  return new PlanningError("PLANNING_SPEC_NOT_FOUND", dir, `there is no spec ${quoted(spec)}`);
}
