import { dirname, resolve } from "node:path";

import { getPlanningPaths, PlanningError } from "@x/planning";
import { isWithin, realPathOf } from "@x/registry-core/workspace";

import { textOption, usageError } from "./arguments.ts";
import type { CommandOption, Invocation } from "./command.ts";
import { planningRoot } from "./planning-root.ts";
import { SPEC_OPTION, specOrActive } from "./spec-named.ts";

/** Which run is meant: the options of all commands about runs. */
export const RUN_PLACE_OPTIONS = {
  ...SPEC_OPTION,
  folder: {
    type: "string",
    value: "<path>",
    summary: "Not a spec's run, but the one in this folder",
  },
} as const satisfies Record<string, CommandOption>;

/** Where a run is. */
export interface RunPlace {
  /** Null for a run in a folder that was given. */
  readonly spec: string | null;
  readonly folder: string;
}

/**
 * The run of --folder or --spec; without either, that of the `run-state run` around the caller, else that of
 * the active spec. Throws `CABINET_USAGE`, `CABINET_NO_ACTIVE_SPEC`, and `PlanningError`.
 */
export async function runPlace(invocation: Invocation): Promise<RunPlace> {
  const { options, env, cwd, note } = invocation;
  const given = textOption(options, "folder");
  const isSpec = textOption(options, "spec") !== undefined;
  if (given !== undefined && isSpec) throw usageError("Give --spec or --folder, not both.");
  const folder = given ?? (isSpec ? undefined : env["CABINET_RUN_STATE"] || undefined);
  const place =
    folder === undefined
      ? await placeOfSpec(invocation)
      : { spec: null, folder: resolve(cwd(), folder) };
  note(`the run is in ${place.folder}`);
  return place;
}

async function placeOfSpec(invocation: Invocation): Promise<RunPlace> {
  const root = await planningRoot(invocation);
  const spec = specOrActive(invocation, root);
  const { runState: folder } = getPlanningPaths(spec, { root: root.path });
  assertInside(dirname(folder), folder);
  return { spec, folder };
}

/** A link may have come with the repository. One that leads to nothing is refused where it is opened. */
function assertInside(top: string, folder: string): void {
  const [realTop, real] = [realPathOf(top), realPathOf(folder)];
  if (realTop === undefined || real === undefined || isWithin(realTop, real)) return;
  throw new PlanningError("PLANNING_OUTSIDE", folder, `it is a link that leads out of ${top}`);
}
