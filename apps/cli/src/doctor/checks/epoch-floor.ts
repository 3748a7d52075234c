import { lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { registryPath } from "@x/registry-core/leases";

import { lookInto } from "../could-not-look.ts";
import { type Check, findingOf } from "../finding.ts";

// A number of 15 digits and the end of its line.
const MOST_BYTES = 16;

/** Whether the file can be used that says where the epochs of the next registry of leases begin. */
export const epochFloor: Check = {
  id: "epoch-floor",
  look: async ({ leases }) => {
    if (leases === undefined) return { found: [] };
    const path = join(dirname(registryPath(leases)), "epoch-floor");
    return lookInto("The file of the epochs", path, () => {
      const fault = faultOf(path);
      if (fault === undefined) return { found: [] };
      return {
        found: [
          findingOf("epoch-floor-unusable", {
            path,
            message: `What says where the epochs of the next registry of leases begin cannot be used: ${fault}. Without it, only the clock keeps an epoch from being given twice.`,
            advice: "See who has written it, and move it to another folder.",
          }),
        ],
      };
    });
  },
};

function faultOf(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) return "it is no file";
  if (stats.size > MOST_BYTES) return "it is larger than such a number";
  return /^\d{1,15}\n$/.test(readFileSync(path, "utf8")) ? undefined : "it is no number";
}
