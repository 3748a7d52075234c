import { type AgentData, encodeAgent, type StoredAgent } from "./agent.ts";

/**
 * What records were when they were read, so that a write buffer can tell what was made of them. Known by the
 * object of `created_at`: that one is the same in a record that was changed in place and in a copy with
 * other numbers (`{ ...agent, total_bugs: 1 }`), and another one with each reading. Several records that
 * somebody has made with one date are told apart by their ids.
 */
const states = new WeakMap<Date, Map<string, StoredAgent>>();

/** Gives the record. */
export function rememberRead(agent: AgentData): AgentData {
  setReadState(agent, encodeAgent(agent));
  return agent;
}

/** Undefined: nobody has read it. */
export function readStateOf(agent: AgentData): StoredAgent | undefined {
  return agent.created_at instanceof Date ? states.get(agent.created_at)?.get(agent.id) : undefined;
}

/** Undefined: as if nobody had read it. */
export function setReadState(agent: AgentData, state: StoredAgent | undefined): void {
  // One with a text for a date cannot be known again.
  if (!(agent.created_at instanceof Date)) return;
  const byId = states.get(agent.created_at) ?? new Map<string, StoredAgent>();
  if (state === undefined) byId.delete(agent.id);
  else byId.set(agent.id, state);
  states.set(agent.created_at, byId);
}
