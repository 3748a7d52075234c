import { type AgentData, encodeAgent, type StoredAgent } from "./agent.ts";

/**
 * What records were when they were read, so that a write buffer can tell what was made of them. Known by the
 * object of `created_at`: that one is the same in a record that was changed in place and in a copy with
 * other numbers (`{ ...agent, total_bugs: 1 }`), and another one with each reading.
 */
const states = new WeakMap<Date, StoredAgent>();

/** Gives the record. */
export function rememberRead(agent: AgentData): AgentData {
  states.set(agent.created_at, encodeAgent(agent));
  return agent;
}

/** Undefined: nobody has read it. */
export function readStateOf(agent: AgentData): StoredAgent | undefined {
  return agent.created_at instanceof Date ? states.get(agent.created_at) : undefined;
}
