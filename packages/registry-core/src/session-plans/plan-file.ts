import fs from "node:fs";
import { join, sep } from "node:path";

import { errnoOf, reasonOf } from "../errno.ts";
import { NameError, RegistryError } from "../errors.ts";
import { segmentFault } from "../path-segment.ts";

export const PLANS_FOLDER = ".ai";
const PREFIX = "plan-";
const SUFFIX = ".md";

/** The folder of a project's plans. */
export function plansFolder(dir: string): string {
  return join(dir, PLANS_FOLDER);
}

/** Throws `NameError` unless `.ai/plan-<name>.md` is one plain file of that folder; a TypeError for what is no text. */
export function assertPlanName(name: string): void {
  if (typeof name !== "string")
    throw new TypeError("the name of a plan is a text, and none was given");
  if (name.trim() !== name || name === "") {
    throw new NameError(name, name === "" ? "it is empty" : "it starts or ends with a space");
  }
  const fault = segmentFault(planFileName(name));
  if (fault !== undefined) throw new NameError(name, fault);
}

/** The name in `plan-<name>.md`, or undefined when the file is no plan. */
export function planNameOf(fileName: string): string | undefined {
  if (!fileName.startsWith(PREFIX) || !fileName.endsWith(SUFFIX)) return undefined;
  const name = fileName.slice(PREFIX.length, -SUFFIX.length);
  return name.trim() === name && name !== "" ? name : undefined;
}

/**
 * The names of the plans on disk, sorted: every file `.ai/plan-<name>.md`, registered or not. None
 * when there is no `.ai` folder. Throws `RegistryError` (`REGISTRY_UNREADABLE`) when it cannot be
 * listed.
 */
export async function listPlanFiles(dir: string): Promise<string[]> {
  return plansAmong(dir, listFolder(plansFolder(dir)));
}

/** The names of those of these files of the folder that are plans, sorted. */
export function plansAmong(dir: string, fileNames: readonly string[]): string[] {
  return fileNames
    .map(planNameOf)
    .filter((name) => name !== undefined)
    .filter((name) => planFileExists(dir, name))
    .toSorted();
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return [];
    throw new RegistryError("REGISTRY_UNREADABLE", folder, reasonOf(error), error);
  }
}

/** Whether the plan is a file inside the project's `.ai` folder, links resolved. */
export function planFileExists(dir: string, name: string): boolean {
  try {
    assertPlanName(name);
    // A file of that folder itself lies in it; only a link may lead out.
    const stats = fs.lstatSync(join(plansFolder(dir), planFileName(name)));
    if (!stats.isSymbolicLink()) return stats.isFile();
    const folder = fs.realpathSync.native(plansFolder(dir));
    const file = fs.realpathSync.native(join(folder, planFileName(name)));
    if (!file.startsWith(folder + sep)) return false;
    // What is hidden there (`.env`) was not written to be a plan: a link may be laid by who wants it read.
    const isHidden = file.slice(folder.length).includes(`${sep}.`);
    return !isHidden && fs.statSync(file).isFile();
  } catch {
    // Gone, unreadable, or a name that never was a plan's: in every case there is no plan to use.
    return false;
  }
}

/** The file of the plan of that name. */
export function planFileName(name: string): string {
  return `${PREFIX}${name}${SUFFIX}`;
}
