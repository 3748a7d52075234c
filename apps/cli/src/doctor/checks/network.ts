import { dirname, join } from "node:path";

import { networkFault } from "@x/lmdb-store";
import { realPathOf } from "@x/registry-core/workspace";

import { type Check, findingOf } from "../finding.ts";

/** Whether the files that processes share are on a disk of this machine. That of the database, its own check tells. */
export const network: Check = {
  id: "network",
  look: async ({ plans, checkout, leases }) => {
    const folders = new Set([
      join(plans, ".ai"),
      join(checkout, ".planning"),
      ...(leases === undefined ? [] : [join(leases, ".planning", ".local")]),
    ]);
    const faults = [...folders].flatMap((folder) => {
      const real = realPathOf(folder);
      const fault = real === undefined ? undefined : networkFault(real);
      return fault === undefined ? [] : [{ folder, fault }];
    });
    return {
      found: faults.map(({ folder, fault }) =>
        findingOf("network-file-system", {
          path: folder,
          message: `Agents of several machines may share this folder (${fault}): they take no lock away from each other, but cannot see whether the other one's holder lives.`,
          advice: `Work on it from one machine, or put ${dirname(folder)} on a disk of this one.`,
        }),
      ),
    };
  },
};
