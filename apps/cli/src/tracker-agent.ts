import type { AgentData, TrackRecord } from "@x/tracker";

import { candidateList } from "./candidate-list.ts";
import { CliError } from "./errors.ts";

// Enough to see what was meant.
const MOST_SUGGESTIONS = 5;
// Of the pairs of letters of both. Below that, ids look alike to nobody.
const SMALLEST_LIKENESS = 0.3;

/**
 * The agent on record that a person means: by its id, else the only one whose id begins so, else the only one
 * whose id holds that. Throws `CABINET_AGENT_AMBIGUOUS` and `CABINET_AGENT_NOT_FOUND`, which name those that
 * may be meant.
 */
export async function requireAgent(database: TrackRecord, given: string): Promise<AgentData> {
  const agents = await database.listAgents();
  const found = findAgent(agents, given);
  if (found !== undefined) return found;
  const ids = closeIds(
    agents.map(({ id }) => id),
    given,
  );
  const message = `No agent ${JSON.stringify(given)} is on record.`;
  throw new CliError("CABINET_AGENT_NOT_FOUND", message, hintFor(ids, agents.length));
}

/** Undefined: none. Throws `CABINET_AGENT_AMBIGUOUS`. */
function findAgent(agents: readonly AgentData[], given: string): AgentData | undefined {
  const wanted = given.toLowerCase();
  const ways = [
    ({ id }: AgentData) => id === given,
    ({ id }: AgentData) => id.toLowerCase().startsWith(wanted),
    ({ id }: AgentData) => id.toLowerCase().includes(wanted),
  ];
  for (const isMeant of given === "" ? [] : ways) {
    const [found, ...others] = agents.filter(isMeant);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    const ids = candidateList([found, ...others].map(({ id }) => id));
    const message = `${JSON.stringify(given)} may mean any of ${others.length + 1} agents: ${ids}.`;
    throw new CliError("CABINET_AGENT_AMBIGUOUS", message, "Give the whole id.");
  }
  return undefined;
}

/** Those that look like what was given, the most alike first. */
export function closeIds(ids: readonly string[], given: string): string[] {
  return ids
    .map((id) => ({ id, likeness: likeness(id, given) }))
    .filter(({ likeness: share }) => share >= SMALLEST_LIKENESS)
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ id }) => id);
}

function hintFor(ids: readonly string[], known: number): string {
  if (known === 0) return "No agent is on record yet.";
  if (ids.length === 0) return "`cabinet tracker` lists the agents.";
  return `Close to it: ${ids.join(", ")}. \`cabinet tracker\` lists all.`;
}

/** From 0 to 1: the share of pairs of letters that both have (Dice's coefficient). */
function likeness(one: string, other: string): number {
  const [pairs, others] = [pairsOf(one), pairsOf(other)];
  const shared = [...pairs].filter((pair) => others.has(pair)).length;
  return pairs.size + others.size === 0 ? 0 : (2 * shared) / (pairs.size + others.size);
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase();
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) =>
      letters.slice(index, index + 2),
    ),
  );
}
