import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import { withFileLockSync } from "@x/atomic-fs";
import { getActiveSpec } from "@x/planning";
import type { Warning } from "@x/registry-core";

import { couldNotLook } from "../could-not-look.ts";
import { type Check, findingOf } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";

/** Whether what is noted down as the active spec is one. */
export const activeSpec: Check = {
  id: "active-spec",
  look: async ({ checkout: root }) => {
    const path = join(root, ".planning", ".active");
    const fault = faultOf(root);
    if (fault === undefined) return { found: [] };
    const cannotRead = readingFault(path);
    if (cannotRead !== undefined)
      return { found: [couldNotLook("The active spec", path, cannotRead)] };
    return {
      found: [
        findingOf("active-spec-dangling", {
          path,
          message: `${fault.message}. Agents that ask which spec they work on are told of none.`,
          command: "cabinet planning list, then cabinet planning activate <spec>",
          fix: "moves the note to the copies, so that none is active, and said to be",
          mend: async (copies) => {
            const clear = (): { left?: string } => {
              if (faultOf(root) === undefined)
                return { left: "it is a spec by now, or none is noted" };
              copies.take(path);
              return {};
            };
            return withFileLockSync(path, clear, LOCK_PATIENCE);
          },
        }),
      ],
    };
  },
};

function faultOf(root: string): Warning | undefined {
  let fault: Warning | undefined;
  getActiveSpec({ root }, { onWarning: (warning) => (fault = warning) });
  return fault;
}

/** What this user may not read, may be a spec. */
function readingFault(path: string): unknown {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
