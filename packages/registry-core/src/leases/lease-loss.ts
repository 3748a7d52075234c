import { isSameJson } from "../same-json.ts";
import type { Changed, PhaseRecord } from "./lease-rules.ts";

/**
 * Whether what is recorded now cannot have come about behind that change by the rules: epochs only grow,
 * and no lease is again what it was before. What others have done by the rules since is no loss. (Of what
 * was cleared or brought back, nothing tells an undone call from the opposite one.)
 */
export function isOverwritten(
  now: PhaseRecord,
  { record, lease, origins }: Pick<Changed, "record" | "lease" | "origins">,
): boolean {
  if (now.epoch < record.epoch) return true;
  const origin = origins.get(lease);
  if (origin === undefined || isSameJson(origin, lease)) return false;
  return now.leases.some((found) => isSameJson(found, origin));
}
