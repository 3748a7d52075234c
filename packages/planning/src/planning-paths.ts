import { join } from "node:path";

import { findRoots } from "@x/registry-core/workspace";

import { assertSpecName } from "./spec-name.ts";

/**
 * Which checkout is meant: a folder from which it is looked for, upward to the nearest `.planning/`, or its
 * root itself, as `findRoots` gives it.
 */
export type Place = string | { readonly root: string };

/** Where the things of a spec are, or will be. */
export interface PlanningPaths {
  /** `.planning` of the checkout. */
  readonly planning: string;
  /** The folder of the spec. */
  readonly dir: string;
  /** Its `status.yaml`. */
  readonly status: string;
  /** The folder of its run: see `@x/planning/run-state`. */
  readonly runState: string;
}

/** The root of the checkout that is meant. */
export function checkoutRoot(place: Place = process.cwd()): string {
  return typeof place === "string" ? findRoots(place).checkout.path : place.root;
}

/** `.planning` of the checkout. It need not exist. */
export function planningFolder(place?: Place): string {
  return join(checkoutRoot(place), ".planning");
}

/**
 * The folder of a spec, `.planning/<spec>` of the checkout that `cwd` (default: the current
 * folder) belongs to. It need not exist. Throws `SpecNameError` for a name that is not one safe
 * path segment.
 */
export function getPlanningDir(spec: string, cwd?: Place): string {
  return getPlanningPaths(spec, cwd).dir;
}

/** What belongs to a spec, and where. Nothing of it need exist. Throws `SpecNameError`. */
export function getPlanningPaths(spec: string, cwd?: Place): PlanningPaths {
  assertSpecName(spec);
  const planning = planningFolder(cwd);
  const dir = join(planning, spec);
  return { planning, dir, status: join(dir, "status.yaml"), runState: join(dir, ".long-run") };
}
