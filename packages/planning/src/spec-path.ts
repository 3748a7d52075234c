import fs from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

import { isWithin, readCheckout, realPathOf, realPathOfPart } from "@x/registry-core/workspace";

import { checkoutRoot, type Place } from "./planning-paths.ts";
import { specPathFault } from "./spec-status.ts";

/** A path as it stands in a status: relative to the top of the checkout, with `/`. */
export function specPathFrom(top: string, path: string): string {
  const absolute = isAbsolute(path) ? path : join(top, path);
  const real = realPathOf(absolute);
  const realTop = realPathOfPart(top);
  // A link in the checkout stays what it is, unless it leads out.
  const isOutside = real !== undefined && !isWithin(realTop, real);
  const file = isOutside ? real : join(realPathOfPart(dirname(absolute)), basename(absolute));
  return relative(realTop, file).split(sep).join("/");
}

/** The top of the git checkout; outside git that of `.planning/`. */
export function gitTop(cwd?: Place): string {
  const root = checkoutRoot(cwd);
  return readCheckout(root)?.top ?? root;
}

/**
 * What lies where a status says that its spec file is. `outside`: not in the checkout, links followed, and not
 * to be read.
 */
export type SpecFileState = "present" | "missing" | "outside";

/** Whether the spec file of a status is there. Never throws. */
export function specFileState(specPath: string, cwd?: Place): SpecFileState {
  if (specPathFault(specPath) !== undefined) return "outside";
  const top = gitTop(cwd);
  const path = join(top, specPath);
  if (!isWithin(realPathOfPart(top), realPathOfPart(path))) return "outside";
  return fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true ? "present" : "missing";
}

/** Why a path, relative to the top, cannot be that of a spec file; undefined when it can, now or later. */
export function specFileFault(specPath: string, cwd?: Place): string | undefined {
  const fault = specPathFault(specPath);
  if (fault !== undefined) return fault;
  const state = specFileState(specPath, cwd);
  if (state === "outside") return "it lies outside of the checkout";
  const isThere = fs.existsSync(join(gitTop(cwd), specPath));
  return state === "missing" && isThere ? "it is no file" : undefined;
}

/** Whether two paths, relative to the top, are one file, links followed. */
export function isSameSpecFile(top: string, one: string, other: string): boolean {
  const real = realPathOf(join(top, one));
  return real !== undefined && real === realPathOf(join(top, other));
}
