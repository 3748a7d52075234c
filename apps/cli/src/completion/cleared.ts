import { peekLeases } from "@x/registry-core/leases";
import type { Roots } from "@x/registry-core/workspace";

import { listRestorableLeases } from "../restore/restorable-leases.ts";
import { listRestorablePlans } from "../restore/restorable-plans.ts";
import { plural } from "../screen/plural.ts";
import type { Candidate } from "./offer.ts";

/** What `cabinet restore` can bring back, the latest first. One kind that cannot be looked at hides no other. */
export async function cleared(roots: Roots): Promise<Candidate[]> {
  const kinds = await Promise.allSettled([clearedPlans(roots), clearedLeases(roots)]);
  return kinds.flatMap((kind) => (kind.status === "fulfilled" ? kind.value : []));
}

async function clearedPlans({ plans }: Roots): Promise<Candidate[]> {
  const rows = (await listRestorablePlans(plans.path)).toReversed();
  const each = rows.map(({ what, cleared_at, plans: count }) => {
    return { value: what, description: `${plural(count, "plan")}, cleaned ${cleared_at}` };
  });
  return each.length === 0
    ? []
    : [{ value: "plans", description: "The latest that were cleaned" }, ...each];
}

async function clearedLeases({ leases }: Roots): Promise<Candidate[]> {
  // The list sets a damaged registry aside: it is not asked where this look throws.
  peekLeases(leases.path);
  const rows = listRestorableLeases(leases.path, { onWarning: () => undefined }).toReversed();
  return rows.map(({ what, cleared_at, leases: count }) => {
    return { value: what, description: `${plural(count, "lease")}, cleared ${cleared_at}` };
  });
}
