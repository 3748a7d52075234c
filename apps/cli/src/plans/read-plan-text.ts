import { RegistryError, type Warning } from "@x/registry-core";
import { type PlanText, readPlanText as readText } from "@x/registry-core/session-plans";

import { CliError } from "../errors/cli-error.ts";
import { planFileGone } from "./require-plan.ts";

/**
 * The text of a plan inside `.ai`, links resolved. Bytes that are no UTF-8 are replaced, with a warning.
 * Throws `CABINET_PLAN_NOT_FOUND`, `CABINET_PLAN_UNREADABLE`, `CABINET_PLAN_TOO_LARGE`.
 */
export async function readPlanText(
  dir: string,
  plan: string,
  onWarning: (warning: Warning) => void,
): Promise<PlanText> {
  try {
    return await readText(dir, plan, { onWarning });
  } catch (error) {
    throw error instanceof RegistryError ? described(error, dir, plan) : error;
  }
}

function described(error: RegistryError, dir: string, plan: string): unknown {
  const { code, path, reason } = error;
  if (code === "REGISTRY_PLAN_MISSING") return planFileGone(dir, plan);
  if (code === "REGISTRY_PLAN_TOO_LARGE") {
    const message = `The plan ${path} cannot be shown: ${reason}.`;
    return new CliError("CABINET_PLAN_TOO_LARGE", message, "Look at the file itself.");
  }
  const message = `The plan ${path} cannot be read: ${reason}.`;
  const hint = "Look at the owner and mode of the file.";
  return new CliError("CABINET_PLAN_UNREADABLE", message, hint, error);
}
