import type { AgentData } from "@x/tracker";

/** An agent as `--json` shows it. */
export interface AgentView extends AgentData {
  /** It has no skill points left. */
  readonly halted: boolean;
}

export function agentView(agent: AgentData): AgentView {
  return { ...agent, halted: agent.skill_points <= 0 };
}

export function stateOf({ skill_points, active }: AgentData): "active" | "halted" | "inactive" {
  if (skill_points <= 0) return "halted";
  return active ? "active" : "inactive";
}
