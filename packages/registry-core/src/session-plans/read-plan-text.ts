import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import { join } from "node:path";

import { reasonOf } from "../errno.ts";
import { RegistryError, type Warning } from "../errors.ts";
import { planFileExists, planFileName, plansFolder } from "./plan-file.ts";

// Plans are read by people and fed to agents: what is larger is something else.
const MAXIMUM_MEBIBYTES = 1;
const MAXIMUM_BYTES = MAXIMUM_MEBIBYTES * 2 ** 20;

// A pipe that has taken the file's place meanwhile is not waited for.
const FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** A plan as it is on disk, and where. */
export interface PlanText {
  readonly path: string;
  readonly text: string;
}

/**
 * The text of a plan inside `.ai`, links resolved. Bytes that are no UTF-8 are replaced, and `onWarning` hears
 * of it (`REGISTRY_PLAN_NOT_UTF8`). Throws `RegistryError`: `REGISTRY_PLAN_MISSING`, `REGISTRY_UNREADABLE`, and
 * `REGISTRY_PLAN_TOO_LARGE` above 1 MiB.
 */
export async function readPlanText(
  dir: string,
  plan: string,
  { onWarning }: { readonly onWarning?: ((warning: Warning) => void) | undefined } = {},
): Promise<PlanText> {
  const path = join(plansFolder(dir), planFileName(plan));
  if (!planFileExists(dir, plan)) {
    throw new RegistryError("REGISTRY_PLAN_MISSING", path, "there is no such plan");
  }
  const bytes = readStart(path);
  if (bytes.length > MAXIMUM_BYTES) {
    const reason = `it is larger than ${MAXIMUM_MEBIBYTES} MiB`;
    throw new RegistryError("REGISTRY_PLAN_TOO_LARGE", path, reason);
  }
  if (!isUtf8(bytes)) {
    const message = `${path} is not valid UTF-8; what is not is shown as \u{fffd}`;
    onWarning?.({ code: "REGISTRY_PLAN_NOT_UTF8", message, path });
  }
  return { path, text: new TextDecoder().decode(bytes) };
}

/** Never more than one byte too many, however large the file is or becomes. */
function readStart(path: string): Buffer {
  try {
    const file = fs.openSync(path, FLAGS);
    try {
      return readUpTo(file, MAXIMUM_BYTES + 1);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    throw new RegistryError("REGISTRY_UNREADABLE", path, reasonOf(error), error);
  }
}

function readUpTo(file: number, most: number): Buffer {
  const room = Buffer.allocUnsafe(most);
  let length = 0;
  while (length < most) {
    const count = fs.readSync(file, room, length, most - length, null);
    if (count === 0) break;
    length += count;
  }
  return room.subarray(0, length);
}
