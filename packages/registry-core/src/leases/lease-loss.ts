import type { Changed, PhaseRecord } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";

/**
 * Whether what is recorded now can not have come about behind that change by the rules: epochs only
 * grow, what ended stays ended. What others have done by the rules since is no loss.
 */
export function isOverwritten(now: PhaseRecord, { record, lease }: Changed): boolean {
  if (now.epoch < record.epoch) return true;
  // Of an older tool's lease nothing tells it from others.
  if (lease.epoch === undefined) return false;
  const found = now.leases.find(({ epoch }) => epoch === lease.epoch);
  if (found === undefined) return record.leases.length > 0 && isMissing(now, lease);
  return lease.lease_state !== "open" && found.lease_state === "open";
}

/** Neither in the list nor among what was cleared, and no other was granted since. */
function isMissing({ epoch, cleared }: PhaseRecord, lease: Lease): boolean {
  if (epoch !== lease.epoch) return false;
  return !cleared.some(({ leases }) => leases.some((item) => item.epoch === lease.epoch));
}
