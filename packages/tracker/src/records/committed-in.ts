import type { Database } from "../database.ts";
import type { TrackerEvent } from "../events/tracker-event.ts";
import { commitKey } from "./record-key.ts";

/** Tells by their keys which of the commits that the events count are on record already. */
export async function committedIn(
  database: Database,
  events: readonly TrackerEvent[],
): Promise<(key: string) => boolean> {
  const looked = new Set<string>();
  const found = new Set<string>();
  for (const event of events) {
    if (event.type !== "score" || event.commit === undefined) continue;
    const { project, hash } = event.commit;
    const key = commitKey(project, hash);
    if (looked.has(key)) continue;
    looked.add(key);
    if ((await database.getCommit(project, hash)) !== null) found.add(key);
  }
  return (key) => found.has(key);
}
