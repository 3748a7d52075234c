import type { HookPart } from "../hook-part.ts";
import { Refusal } from "../refusal.ts";
import type { Sessions } from "../sessions.ts";
import type { TrackRecord } from "./track-record.ts";

/** Refuses the tools of an agent that has no skill points left, but for those of Cabinet itself. */
export function createHaltedHooks(record: TrackRecord, sessions: Sessions): HookPart {
  return {
    name: "looking whether the agent is halted",
    toolBefore: async ({ tool, sessionID }) => {
      const agentId = sessions.identityOf(sessionID)?.agentId;
      if (agentId === undefined || tool.startsWith("cabinet_")) return;
      const status = await record.service.getAgentStatus(agentId);
      if (status?.halted !== true) return;
      throw new Refusal(
        "CABINET_AGENT_HALTED",
        `${agentId} is halted, for it has no skill points left, and its tools are refused (option blockHaltedAgents). ` +
          `Stop, and tell the user: \`cabinet tracker reinstate ${agentId} --reason <text>\` lets it work again.`,
      );
    },
  };
}
