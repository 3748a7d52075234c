import fs from "node:fs";
import { join } from "node:path";

import { type LockOptions, withFileLockSync } from "@x/atomic-fs";

import { followRename } from "./active-spec.ts";
import { assertInPlanning } from "./contained.ts";
import { errnoOf } from "./errno.ts";
import { PlanningError, refusedBySystem } from "./errors.ts";
import { hideFromGit } from "./git-ignore.ts";
import {
  type Conflict,
  type MigrationPlan,
  type Move,
  type PlanningEntry,
  planMigration,
} from "./migration-plan.ts";
import { type Named, planningEntries } from "./planning-entries.ts";
import { getPlanningPaths, planningFolder, type Place } from "./planning-paths.ts";
import { livenessOf } from "./run-state/executor-claim.ts";
import { readClaim } from "./run-state/executor-lock.ts";
import { isSpecName } from "./spec-name.ts";
import { isOfBranchModel, parseStatus } from "./spec-status.ts";
import { readStatusText } from "./status-file.ts";
import { modernizeStatus } from "./write-status.ts";

/** Whether the migration is for real, and how long it waits for the locks of others. */
export interface MigrateOptions extends LockOptions {
  /** Says what would be done, and changes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What a migration has done, or with `dryRun` would do. */
export interface Migration {
  /** What was moved, or would be. Where `from` is `to`, only the status was changed. */
  readonly moves: readonly Move[];
  /** What was left as it is, and why. */
  readonly conflicts: readonly Conflict[];
}

/**
 * Gives folders of `.planning/` that were named after branches the names of their specs: `branch` in
 * their `status.yaml` becomes `last_known_branch`, then the folder is renamed, and `.active` follows.
 * Nothing is moved onto something else; of two folders of one spec neither is moved. Exclusive. May be
 * killed anywhere and run again: the end is the same.
 *
 * Throws `PlanningError` (`PLANNING_OUTSIDE`, `PLANNING_UNREADABLE`, `PLANNING_IO`), and `WriteError`,
 * `LockedError`, `LockLostError` of `@x/atomic-fs`.
 */
export function migrateSpecs(
  cwd?: Place,
  { dryRun = false, ...lock }: MigrateOptions = {},
): Migration {
  const planning = planningFolder(cwd);
  const look = (): MigrationPlan => {
    const entries = planningEntries(planning).map((named) => entryOf(named, cwd));
    const { moves, conflicts } = planMigration(entries);
    return { moves, conflicts: [...conflicts, ...entries.flatMap(nestedIn(planning))] };
  };
  const plan = look();
  if (dryRun || plan.moves.length === 0) return plan;
  hideFromGit(planning);
  const path = join(planning, ".migration");
  return withFileLockSync(
    path,
    ({ assertHeld }) => {
      const moves: Move[] = [];
      const { moves: planned, conflicts } = look();
      const failed: Conflict[] = [];
      for (const move of planned) {
        assertHeld();
        const reason = make(move, cwd);
        if (reason === undefined) moves.push(move);
        else failed.push({ ...move, reason });
      }
      return { moves, conflicts: [...conflicts, ...failed] };
    },
    lock,
  );
}

function entryOf({ name: folder, isFolder }: Named, cwd: Place | undefined): PlanningEntry {
  if (!isFolder) return { folder };
  try {
    const found = readStatusText(folder, cwd, (text) => ({
      name: parseStatus(text).name,
      isOfBranchModel: isOfBranchModel(text),
    }));
    if (found === undefined) return { folder };
    return { folder, ...found, fault: faultOf(folder, found.name, cwd) };
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    // What it is to be called is not known.
    return { folder, name: folder, fault: error.reason, isOfBranchModel: true };
  }
}

function faultOf(folder: string, name: string, cwd: Place | undefined): string | undefined {
  if (!isSpecName(name)) return "no folder can have the name of its spec";
  const claim = folder === name ? undefined : readClaim(getPlanningPaths(folder, cwd).runState);
  const isAtWork = claim !== undefined && livenessOf(claim) !== "dead";
  return isAtWork ? "an executor is at work on its run" : undefined;
}

/** Specs of branches with a slash in their name lie deeper. They are told of, and stay. */
function nestedIn(planning: string): (entry: PlanningEntry) => Conflict[] {
  return ({ folder, name }) => {
    if (name !== undefined) return [];
    return childrenOf(join(planning, folder))
      .filter((child) => fs.existsSync(join(planning, folder, child, "status.yaml")))
      .map((child) => {
        const path = `${folder}/${child}`;
        return { from: path, to: path, reason: "it lies in another folder: move it by hand" };
      });
  };
}

function childrenOf(folder: string): string[] {
  try {
    return fs.readdirSync(folder).toSorted();
  } catch {
    // A file, or not to be read: no specs of ours in it.
    return [];
  }
}

/** Each step may be the last one, and be made again. Gives what is in the way. */
function make({ from, to }: Move, cwd: Place | undefined): string | undefined {
  modernizeStatus(from, cwd);
  if (from === to) return undefined;
  const { dir: source, planning } = getPlanningPaths(from, cwd);
  const target = getPlanningPaths(to, cwd).dir;
  assertInPlanning(planning, target);
  if (isThere(target) && !isSameFolder(source, target)) return "something of that name is there";
  const hasFollowed = followRename(from, to, cwd);
  try {
    fs.renameSync(source, target);
    return undefined;
  } catch (error) {
    if (hasFollowed) followRename(to, from, cwd);
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errnoOf(error) ?? "")) {
      return "something of that name is there";
    }
    throw refusedBySystem(source, error);
  }
}

function isThere(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Where letter case does not count, another spelling is the same folder. */
function isSameFolder(one: string, other: string): boolean {
  const [a, b] = [fs.lstatSync(one), fs.lstatSync(other)];
  return a.ino === b.ino && a.dev === b.dev && a.ino !== 0;
}
