import fs from "node:fs";
import { basename, join } from "node:path";

import { createFolderSync, writeFileAtomicSync } from "@x/atomic-fs";

import { errnoOf, reasonOf } from "../errno.ts";
import { RegistryError } from "../errors.ts";
import { dangling, isDangling, leadsOut } from "../leads-out.ts";
import { isMovable, kindOf } from "./move-file.ts";
import { planFileName, planNameOf, plansFolder } from "./plan-file.ts";
import { registryPath } from "./plan-registry.ts";

/**
 * The trash of a project: `.ai/.trash/<time stamp>/` holds what one cleaning has taken away, under the
 * names that it had. The invariant: what was in `.ai` is at any moment there, or here, or under both names.
 */
export interface TrashedPlans {
  /** The folder's name: a time stamp that sorts by time, such as `20261122T021500123Z`. */
  readonly id: string;
  /** The same as ISO 8601. */
  readonly trashedAt: string;
  /** The names without `plan-` and `.md`, sorted. */
  readonly plans: readonly string[];
  /** Whether the registry of the sessions is there too. */
  readonly hasRegistry: boolean;
}

const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

function stampOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[-:.]/g, "");
}

function timeOf(id: string): string {
  return id.replace(STAMP, "$1-$2-$3T$4:$5:$6.$7Z");
}

function trashFolder(dir: string): string {
  return join(plansFolder(dir), ".trash");
}

/** Where it is, or would be. */
export function trashPath(dir: string, id: string): string {
  return join(trashFolder(dir), id);
}

/** Where the registry lies in a folder of the trash. */
export function trashedRegistryPath(folder: string): string {
  return join(folder, basename(registryPath("")));
}

/**
 * Throws `RegistryError` (`REGISTRY_UNREADABLE`) when a link leads from the plans or their trash out of
 * the project: it may have come with a repository.
 */
export function assertTrashInside(dir: string): void {
  for (const path of [plansFolder(dir), trashFolder(dir)]) {
    if (!leadsOut(dir, path)) continue;
    if (isDangling(path)) throw dangling(path);
    throw new RegistryError("REGISTRY_UNREADABLE", path, `it is a link that leads out of ${dir}`);
  }
}

/** The ids of all, the oldest first, the empty ones too. Throws `RegistryError` (`REGISTRY_UNREADABLE`). */
export function trashIDs(dir: string): string[] {
  const folder = trashFolder(dir);
  try {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && STAMP.test(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw new RegistryError("REGISTRY_UNREADABLE", folder, reasonOf(error), error);
  }
}

/** Whether there is such a folder, and no link in its place. */
export function isTrash(dir: string, id: string): boolean {
  return STAMP.test(id) && kindOf(trashPath(dir, id)) === "folder";
}

/** What is in it now; undefined when there is nothing to be brought back. No link is followed. */
export function readTrash(dir: string, id: string): TrashedPlans | undefined {
  const folder = trashPath(dir, id);
  const plans = namesIn(folder)
    .map(planNameOf)
    .filter((name) => name !== undefined)
    .filter((name) => isMovable(join(folder, planFileName(name))))
    .toSorted();
  const hasRegistry = isMovable(trashedRegistryPath(folder));
  if (plans.length === 0 && !hasRegistry) return undefined;
  return { id, trashedAt: timeOf(id), plans, hasRegistry };
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    // Somebody has brought it back meanwhile.
    if (errnoOf(error) === "ENOENT") return [];
    throw new RegistryError("REGISTRY_UNREADABLE", folder, reasonOf(error), error);
  }
}

/**
 * Makes a folder for what is cleaned now, and gives its id: never that of one which is there. Durable.
 * Throws `WriteError`.
 */
export function createTrash(dir: string, now: Date): string {
  const folder = trashFolder(dir);
  createFolderSync(folder);
  const ignore = join(folder, ".gitignore");
  // Whatever is there is somebody's, a link to nothing too.
  if (kindOf(ignore) === undefined) writeFileAtomicSync(ignore, "*\n", { durability: "none" });
  for (let time = now.getTime(); ; time += 1) {
    const id = stampOf(time);
    if (createFolderSync(join(folder, id))) return id;
  }
}

/** Takes away the folders in which nothing is left, also those that a killed process has left. */
export function removeEmptyTrash(dir: string): void {
  for (const id of trashIDs(dir)) {
    try {
      fs.rmdirSync(trashPath(dir, id));
    } catch {
      // Something is in it; or it has gone. Neither is in anybody's way.
    }
  }
}
