import type { Roots } from "@x/registry-core/workspace";

import type { CompletedThing } from "../command.ts";
import type { Candidate } from "./offer.ts";

type Find = (roots: Roots) => Promise<readonly Candidate[]>;

const specs: Find = async ({ checkout }) => (await import("./specs.ts")).specs(checkout.path);

/** How each thing is found. What it takes is loaded when it is asked for; the shell itself knows files and folders. */
const THINGS: Readonly<Record<Exclude<CompletedThing, "file" | "folder">, Find>> = {
  spec: specs,
  "spec-or-file": specs,
  phase: async ({ checkout }) => (await import("./phases.ts")).phases(checkout.path),
  lease: async ({ leases }) => (await import("./leases.ts")).leasedPhases(leases.path),
  "open-lease": async ({ leases }) => (await import("./leases.ts")).openPhases(leases.path),
  plan: async ({ plans }) => (await import("./plans.ts")).plansOnDisk(plans.path),
  "registered-plan": async ({ plans }) => (await import("./plans.ts")).registeredPlans(plans.path),
  session: async ({ plans }) => (await import("./plans.ts")).sessions(plans.path),
  cleared: async (roots) => (await import("./cleared.ts")).cleared(roots),
};

/** What there is of that kind. Looks only: it takes no lock, writes nothing, and leaves a damaged file where it is. */
export async function findThings(
  thing: CompletedThing,
  roots: Roots,
): Promise<readonly Candidate[]> {
  return thing === "file" || thing === "folder" ? [] : THINGS[thing](roots);
}
