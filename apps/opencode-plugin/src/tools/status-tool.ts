import { lookupPlan } from "@x/registry-core/session-plans";

import { type AgentTool, agentTool } from "../agent-tool.ts";
import { type LeaseDesk, leaseLine } from "../leases/lease-desk.ts";
import { reasonOf } from "../reason-of.ts";
import type { Sessions } from "../sessions.ts";
import type { TrackRecord } from "../tracking/track-record.ts";

export interface StatusToolParts {
  readonly sessions: Sessions;
  readonly record: TrackRecord | undefined;
  readonly desk: LeaseDesk;
  /** Those with plans, the nearest first. */
  readonly folders: readonly string[];
}

/** Where the session stands, in one call. */
export function createStatusTool({ sessions, record, desk, folders }: StatusToolParts): AgentTool {
  return agentTool({
    name: "cabinet_status",
    description:
      "Where you stand: your own track record (level, points, halted or not), the plan filed for this session, and the open leases in this repository with their write sets. Read-only.",
    args: {},
    run: async (_args, { sessionID }) => {
      const agentId = sessions.identityOf(sessionID)?.agentId ?? null;
      const status = agentId === null ? null : await record?.service.getAgentStatus(agentId);
      return {
        agent: status ?? agentId,
        plan: await planOf(folders, sessionID, sessions),
        leases: leasesOf(desk),
      };
    },
  });
}

async function planOf(
  folders: readonly string[],
  sessionID: string,
  sessions: Sessions,
): Promise<object | null> {
  const family = {
    parents: sessions.parentsOf(sessionID),
    children: sessions.childrenOf(sessionID),
  };
  for (const dir of folders) {
    const plan = await lookupPlan(dir, sessionID, family);
    if (plan !== null) return { ...plan, file: `.ai/plan-${plan.plan}.md` };
  }
  return null;
}

/** What is wrong with the leases does not hide the rest. */
function leasesOf(desk: LeaseDesk): readonly object[] | string {
  try {
    return desk.openLeases().map(leaseLine);
  } catch (error) {
    return `The leases cannot be read: ${reasonOf(error).text}`;
  }
}
