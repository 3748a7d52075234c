import {
  type ClosestPlan,
  findClosestPlan,
  listPlanFiles,
  listPlans,
} from "@x/registry-core/session-plans";

import { CliError } from "../errors/cli-error.ts";
import { candidateList } from "../screen/candidate-list.ts";
import { parsePlanArgument } from "./plan-argument.ts";

const LISTED = "`cabinet plans` lists the plans that are there.";

/**
 * The plan on disk that the argument means: see `findClosestPlan`; given as a file, that very one.
 * Without an argument, the only plan there is. Throws `CABINET_PLAN_NOT_FOUND`,
 * `CABINET_PLAN_AMBIGUOUS`, `NameError`, and `RegistryError` when the folder cannot be listed.
 */
export async function requirePlan(dir: string, argument: string | undefined): Promise<ClosestPlan> {
  const { name, isFile } =
    argument === undefined ? { name: "", isFile: false } : parsePlanArgument(argument);
  const found = await findClosestPlan(dir, name);
  if (found !== null && (!isFile || found.plan === name)) return found;
  const names = await listPlanFiles(dir);
  const candidates = isFile ? [] : names.filter((other) => fold(other).includes(fold(name)));
  if (candidates.length > 0) throw ambiguous(name, candidates);
  const registered = await listPlans(dir);
  throw registered.some(({ plan }) => plan === name) ? planFileGone(dir, name) : missing(dir, name);
}

/** Of a plan that somebody has registered, or that was there a moment ago. */
export function planFileGone(dir: string, name: string): CliError {
  const message = `Plan "${name}" has no file: .ai/plan-${name}.md is not in ${dir}, or leads out of .ai.`;
  return new CliError("CABINET_PLAN_NOT_FOUND", message, LISTED);
}

function missing(dir: string, name: string): CliError {
  const [message, hint] =
    name === ""
      ? [`There are no plans in ${dir}.`, "A plan is a file .ai/plan-<name>.md."]
      : [`There is no plan "${name}" in ${dir}.`, LISTED];
  return new CliError("CABINET_PLAN_NOT_FOUND", message, hint);
}

function ambiguous(name: string, candidates: readonly string[]): CliError {
  const found = `${candidates.length} plans: ${candidateList(candidates)}.`;
  const message = name === "" ? `There are ${found}` : `"${name}" may mean any of ${found}`;
  return new CliError("CABINET_PLAN_AMBIGUOUS", message, "Say which one with its whole name.");
}

/** As names are compared when the closest is looked for. */
function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
