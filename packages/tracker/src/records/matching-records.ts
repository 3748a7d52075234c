import type { Collection, Store } from "@x/registry-core";

import type { CommitFilter } from "../track-record.ts";
import { entriesInPages } from "./entries-in-pages.ts";

/** Those of an agent, of a project, or all of a collection. */
export async function matchingRecords<V extends { agent_id: string; project_path: string }>(
  store: Store,
  from: Collection<V>,
  { agentId, projectPath }: CommitFilter,
): Promise<V[]> {
  const found: V[] = [];
  for await (const [, record] of entriesInPages(store, from)) {
    if (agentId !== undefined && record.agent_id !== agentId) continue;
    if (projectPath !== undefined && record.project_path !== projectPath) continue;
    found.push(record);
  }
  return found;
}
