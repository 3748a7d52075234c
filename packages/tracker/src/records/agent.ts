import { createAgentScore } from "../score.ts";
import { flag, name, number, recordSchema, text } from "./record-schema.ts";
import { type Stored, timeOf } from "./stored.ts";

/** The record of one agent: a set-up such as `build@anthropic/claude-sonnet-4`. Numbers are points and counts. */
export interface AgentData {
  id: string;
  name: string;
  model: string;
  /** The project it works on. */
  scope: string;
  skill_points: number;
  experience_points: number;
  communication_score: number;
  total_commits: number;
  total_bugs: number;
  /** False: halted, it has no skill points left. */
  active: boolean;
  created_at: Date;
  updated_at: Date;
}

/** What an agent is called, apart from its id. Empty texts: not known. */
export type AgentIdentity = Pick<AgentData, "name" | "model" | "scope">;

/** Where an agent stands, for whoever decides what it may do. */
export interface AgentStatus {
  id: string;
  skill_points: number;
  experience_points: number;
  communication_score: number;
  total_commits: number;
  total_bugs: number;
  halted: boolean;
  active: boolean;
}

/** The same as it is stored: its times are texts. */
export type StoredAgent = Stored<AgentData>;

export const StoredAgentSchema = recordSchema<StoredAgent>({
  id: name,
  name: text,
  model: text,
  scope: text,
  skill_points: number,
  experience_points: number,
  communication_score: number,
  total_commits: number,
  total_bugs: number,
  active: flag,
  created_at: text,
  updated_at: text,
});

/** The record of an agent nobody has seen before, with the parts of an id like `build@anthropic/claude`. */
export function newAgent(
  id: string,
  at: number,
  identity: Partial<AgentIdentity> = {},
): StoredAgent {
  const split = id.lastIndexOf("@");
  const time = new Date(at).toISOString();
  return {
    id,
    name: identity.name || (split > 0 ? id.slice(0, split) : id),
    model: identity.model || (split > 0 ? id.slice(split + 1) : ""),
    scope: identity.scope ?? "",
    ...createAgentScore(),
    created_at: time,
    updated_at: time,
  };
}

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for a time that is none. */
export function encodeAgent(data: AgentData): StoredAgent {
  return { ...data, created_at: timeOf(data.created_at), updated_at: timeOf(data.updated_at) };
}

export function decodeAgent(stored: StoredAgent): AgentData {
  const { created_at, updated_at } = stored;
  return { ...stored, created_at: new Date(created_at), updated_at: new Date(updated_at) };
}

export function statusOf(agent: AgentData): AgentStatus {
  const { id, skill_points, experience_points, communication_score, active } = agent;
  const { total_commits, total_bugs } = agent;
  const halted = skill_points <= 0;
  return {
    id,
    skill_points,
    experience_points,
    communication_score,
    total_commits,
    total_bugs,
    halted,
    active: active && !halted,
  };
}
