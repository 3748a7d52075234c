import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import type { Warning } from "@x/registry-core";
import { planFileExists } from "@x/registry-core/session-plans";

import { CliError } from "./errors.ts";
import { planFileGone } from "./require-plan.ts";

// Plans are read by people and fed to agents: what is larger is something else.
const MAXIMUM_MEBIBYTES = 1;
const MAXIMUM_BYTES = MAXIMUM_MEBIBYTES * 2 ** 20;

export interface PlanText {
  readonly path: string;
  readonly text: string;
}

/**
 * The text of a plan inside `.ai`, links resolved. Bytes that are no UTF-8 are replaced, with a warning.
 * Throws `CABINET_PLAN_NOT_FOUND`, `CABINET_PLAN_UNREADABLE`, `CABINET_PLAN_TOO_LARGE`.
 */
export async function readPlanText(
  dir: string,
  plan: string,
  onWarning: (warning: Warning) => void,
): Promise<PlanText> {
  if (!planFileExists(dir, plan)) throw planFileGone(dir, plan);
  const path = join(dir, ".ai", `plan-${plan}.md`);
  const bytes = await readStart(path);
  if (bytes.length > MAXIMUM_BYTES) {
    const message = `The plan ${path} is larger than ${MAXIMUM_MEBIBYTES} MiB.`;
    throw new CliError("CABINET_PLAN_TOO_LARGE", message, "Look at the file itself.");
  }
  if (!isUtf8(bytes)) {
    const message = `${path} is not valid UTF-8; what is not is shown as \u{fffd}`;
    onWarning({ code: "CABINET_PLAN_NOT_UTF8", message, path });
  }
  return { path, text: new TextDecoder().decode(bytes) };
}

/** Never more than one byte too many, however large the file is or becomes. */
async function readStart(path: string): Promise<Buffer> {
  try {
    // A pipe that has taken the file's place meanwhile is not waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await buffer(file.createReadStream({ end: MAXIMUM_BYTES }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The plan ${path} cannot be read: ${reason}.`;
    const hint = "Look at the owner and mode of the file.";
    throw new CliError("CABINET_PLAN_UNREADABLE", message, hint, error);
  }
}
