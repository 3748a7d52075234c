import type { AgentData } from "@x/tracker";

import type { Invocation, Outcome, Style } from "../command.ts";
import { isoTime } from "../screen/iso-time.ts";
import { type Cell, table } from "../screen/table.ts";
import { agentView, stateOf } from "./tracker-agent-data.ts";
import { nothingTracked, withTracker } from "./tracker-database.ts";

const HEADING = ["AGENT", "LEVEL", "XP", "SCORE", "COMMITS", "BUGS", "STATE", "UPDATED"];

/** All agents, one a line. */
export function listAgents(invocation: Invocation): Promise<Outcome> {
  return withTracker(invocation, "existing", async ({ path, database }) => {
    const agents = await database.listAgents();
    const hasHalted = agents.some((agent) => stateOf(agent) === "halted");
    return {
      data: { database: path, agents: agents.map(agentView) },
      text: (style) => (agents.length === 0 ? nothingTracked(path) : tableOf(agents, style)),
      ...(hasHalted && {
        hint: "`cabinet tracker reinstate <agent> --reason <text>` lets a halted agent work again.",
      }),
    };
  });
}

function tableOf(agents: readonly AgentData[], style: Style): string {
  const rows = agents.map((agent): Cell[] => {
    const state = stateOf(agent);
    const isHalted = state === "halted";
    const cells: Cell[] = [
      { text: agent.id, mayShrink: true },
      { text: String(agent.skill_points) },
      { text: String(agent.experience_points) },
      { text: String(agent.communication_score) },
      { text: String(agent.total_commits) },
      { text: String(agent.total_bugs) },
      { text: state },
      { text: isoTime(agent.updated_at) },
    ];
    return isHalted ? cells.map((cell) => ({ ...cell, paint: style.red })) : cells;
  });
  return table(HEADING, rows, style);
}
