import { join } from "node:path";

import { findRoots } from "@x/registry-core/workspace";

import { assertSpecName } from "./spec-name.ts";

/**
 * The folder of a spec, `.planning/<spec>` of the checkout that `cwd` (default: the current
 * folder) belongs to. It need not exist. Throws `SpecNameError` for a name that is not one safe
 * path segment.
 */
export function getPlanningDir(spec: string, cwd: string = process.cwd()): string {
  assertSpecName(spec);
  return join(findRoots(cwd).checkout.path, ".planning", spec);
}
