import type { AgentData, TrackRecord } from "@x/tracker";

import { CliError } from "../errors/cli-error.ts";
import { candidateList } from "../screen/candidate-list.ts";

// Enough to see what was meant.
const MOST_SUGGESTIONS = 5;
// Of the pairs of letters of both. Below that, ids look alike to nobody.
const SMALLEST_LIKENESS = 0.3;

/**
 * How sure it must be who is meant:
 * - `show`: the id, else the only one that begins so, else the only one that holds it.
 * - `change`: the id, else the only one that begins so. A part in the middle may be of somebody else.
 */
export type AgentUse = "show" | "change";

/**
 * The agent on record that a person means. Throws `CABINET_AGENT_AMBIGUOUS` and `CABINET_AGENT_NOT_FOUND`, which
 * name those that may be meant.
 */
export async function requireAgent(
  database: TrackRecord,
  given: string,
  use: AgentUse,
): Promise<AgentData> {
  const agents = await database.listAgents();
  const found = findAgent(agents, given, use);
  if (found !== undefined) return found;
  const ids = closeIds(agents, given);
  const isPart = use === "change" && findAgents(agents, given, "show").length > 0;
  const message = `No agent ${JSON.stringify(given)} is on record.`;
  const hint = hintFor(ids, agents.length);
  const rule = "Who changes something gives the id or its beginning. ";
  throw new CliError("CABINET_AGENT_NOT_FOUND", message, isPart ? rule + hint : hint);
}

/** Undefined: none. Throws `CABINET_AGENT_AMBIGUOUS`. */
export function findAgent(
  agents: readonly AgentData[],
  given: string,
  use: AgentUse,
): AgentData | undefined {
  const [found, ...others] = findAgents(agents, given, use);
  if (found === undefined || others.length === 0) return found;
  const ids = candidateList([found, ...others].map(({ id }) => id));
  const message = `${JSON.stringify(given)} may mean any of ${others.length + 1} agents: ${ids}.`;
  throw new CliError("CABINET_AGENT_AMBIGUOUS", message, `Give the whole id: ${ids}.`);
}

/** Those that may be meant, by the surest way that finds any. */
function findAgents(agents: readonly AgentData[], given: string, use: AgentUse): AgentData[] {
  if (given === "") return [];
  const wanted = given.toLowerCase();
  const ways = [
    ({ id }: AgentData) => id === given,
    ({ id }: AgentData) => id.toLowerCase().startsWith(wanted),
    ...(use === "show" ? [({ id }: AgentData) => id.toLowerCase().includes(wanted)] : []),
  ];
  return ways.map((isMeant) => agents.filter(isMeant)).find((some) => some.length > 0) ?? [];
}

/** The ids that may be meant: those that begin so, then those that hold it, then the most alike. */
export function closeIds(agents: readonly AgentData[], given: string): string[] {
  return agents
    .map(({ id }) => ({ id, closeness: closeness(id.toLowerCase(), given.toLowerCase()) }))
    .filter(({ closeness: share }) => share >= SMALLEST_LIKENESS)
    .toSorted((one, other) => other.closeness - one.closeness)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ id }) => id);
}

function hintFor(ids: readonly string[], known: number): string {
  if (known === 0) return "No agent is on record yet.";
  if (ids.length === 0) return "`cabinet tracker` lists the agents.";
  return `Close to it: ${ids.join(", ")}. \`cabinet tracker\` lists all.`;
}

/** What is only alike is 1 at most. */
function closeness(id: string, given: string): number {
  if (given === "") return 0;
  if (id.startsWith(given) || given.startsWith(id)) return 3;
  if (id.includes(given)) return 2;
  return likeness(id, given);
}

/** From 0 to 1: the share of pairs of letters that both have (Dice's coefficient). */
function likeness(one: string, other: string): number {
  const [pairs, others] = [pairsOf(one), pairsOf(other)];
  const shared = [...pairs].filter((pair) => others.has(pair)).length;
  return pairs.size + others.size === 0 ? 0 : (2 * shared) / (pairs.size + others.size);
}

function pairsOf(letters: string): Set<string> {
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) =>
      letters.slice(index, index + 2),
    ),
  );
}
