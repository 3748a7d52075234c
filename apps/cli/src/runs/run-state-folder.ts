import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";

import { PlanningError, requireRunFolder } from "@x/planning";
import { RunStateError } from "@x/planning/run-state";

import { textOption, usageError } from "../arguments.ts";
import type { CommandOption, Invocation } from "../command.ts";
import { reasonOf } from "../errors/error-code.ts";
import { planningRoot } from "../specs/planning-root.ts";
import { SPEC_OPTION, specOrActive } from "../specs/spec-named.ts";
import { runAround } from "./run-state-around.ts";

/** Which run is meant: the options of all commands about runs. */
export const RUN_PLACE_OPTIONS = {
  ...SPEC_OPTION,
  folder: {
    type: "string",
    value: "<path>",
    completes: "folder",
    summary: "Not a spec's run, but the one in this folder",
  },
} as const satisfies Record<string, CommandOption>;

/** Where a run is. */
export interface RunPlace {
  /** Null for a run in a folder of which no executor around the caller has said whose it is. */
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
    folder === undefined ? await placeOfSpec(invocation) : placeIn(resolve(cwd(), folder), env);
  note(`the run is in ${place.folder}`);
  return place;
}

/**
 * The same of a command that only looks, and whether a run has begun there. Throws also
 * `PLANNING_RUN_FOLDER_MISSING` where no folder is, but for a spec, which may have no run yet.
 */
export async function runToLookAt(
  invocation: Invocation,
): Promise<{ readonly place: RunPlace; readonly hasBegun: boolean }> {
  const place = await runPlace(invocation);
  const { spec, folder } = place;
  const stats = statsOf(folder);
  if (stats?.isDirectory() === true) return { place, hasBegun: true };
  if (stats === undefined && spec !== null) return { place, hasBegun: false };
  const reason = stats === undefined ? "there is no such folder" : "it is no folder";
  throw new RunStateError("PLANNING_RUN_FOLDER_MISSING", folder, reason);
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new PlanningError("PLANNING_UNREADABLE", path, reasonOf(error), error);
  }
}

function placeIn(folder: string, env: Invocation["env"]): RunPlace {
  return { spec: runAround(env, folder)?.spec ?? null, folder };
}

async function placeOfSpec(invocation: Invocation): Promise<RunPlace> {
  const root = await planningRoot(invocation);
  const spec = specOrActive(invocation, root);
  return { spec, folder: requireRunFolder(spec, { root: root.path }) };
}
