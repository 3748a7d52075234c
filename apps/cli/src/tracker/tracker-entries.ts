import type { TrackRecord } from "@x/tracker";

import { requireAgent } from "./tracker-agent.ts";

/**
 * The id of the agent that a person means: one on record, or that very id, of which there are entries although
 * nothing was scored. Throws as `requireAgent` does.
 */
export async function agentIdWith(
  database: TrackRecord,
  given: string,
  entriesOf: (id: string) => Promise<readonly unknown[]>,
): Promise<string> {
  if (given !== "" && (await entriesOf(given)).length > 0) return given;
  return (await requireAgent(database, given, "show")).id;
}
