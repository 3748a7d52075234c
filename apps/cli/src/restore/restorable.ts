import type { Invocation } from "../command.ts";
import { warningOf } from "../errors/warning-of.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { plansRoot } from "../plans/plans-root.ts";
import { listRestorableLeases, type RestorableLeases } from "./restorable-leases.ts";
import { listRestorablePlans, type RestorablePlans } from "./restorable-plans.ts";

export type Restorable = RestorableLeases | RestorablePlans;

/**
 * What can be brought back here, the latest at the end, and the roots of both kinds: null for one that cannot
 * be looked at. That is a warning where there is something of the other kind, and else thrown.
 */
export async function listRestorable(invocation: Invocation) {
  const failures: unknown[] = [];
  const rootOrNull = async <R>(list: () => Promise<R>): Promise<R | null> => {
    try {
      return await list();
    } catch (error) {
      failures.push(error);
      return null;
    }
  };
  const leases = await rootOrNull(async () => {
    const root = await leaseRoot(invocation);
    return { root, restorable: listRestorableLeases(root.path, leaseOptions(invocation)) };
  });
  const plans = await rootOrNull(async () => {
    const root = await plansRoot(invocation);
    return { root, restorable: await listRestorablePlans(root.path) };
  });
  const restorable = byTime(leases?.restorable ?? [], plans?.restorable ?? []);
  for (const failure of failures) {
    if (restorable.length === 0) throw failure;
    invocation.onWarning(warningOf(failure, invocation.cwd()));
  }
  return { root: leases?.root ?? null, plansRoot: plans?.root ?? null, restorable };
}

/** Each kind stays in its own order, in which it comes back. */
function byTime(
  leases: readonly RestorableLeases[],
  plans: readonly RestorablePlans[],
): Restorable[] {
  const all: Restorable[] = [...leases];
  for (const row of plans) {
    const before = all.findLastIndex(({ cleared_at }) => cleared_at <= row.cleared_at);
    all.splice(before + 1, 0, row);
  }
  return all;
}
