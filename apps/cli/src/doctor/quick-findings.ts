import type { Finding } from "./finding.ts";
import { lookAtAll, tellable } from "./look-at-all.ts";
import type { Place } from "./place.ts";
import { QUICK_CHECKS } from "./quick-checks.ts";

/**
 * What a look at the files alone finds, worst first. Writes nothing, takes no lock, opens no database and
 * starts no process. Never throws: what cannot be looked at is a finding too.
 */
export async function quickFindings(place: Place): Promise<readonly Finding[]> {
  const { found } = await lookAtAll(QUICK_CHECKS, place);
  return found.map(tellable);
}
