import { pointsOfLevel, withLevels } from "../score.ts";
import type { StoredAgent } from "./agent.ts";

/** The numbers of an agent that several writers may add to. */
const COUNTERS = [
  "skill_points",
  "experience_points",
  "communication_score",
  "total_commits",
  "total_bugs",
] as const;

// Skill points may fall below 0: a halted agent in which more bugs are found.
const NEVER_NEGATIVE = COUNTERS.filter((name) => name !== "skill_points");

/** What somebody has made of an agent's record: by how much its numbers grew, and what else is different. */
export interface AgentChange {
  readonly counters: Partial<Record<(typeof COUNTERS)[number], number>>;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The record as it would be alone: for where there is none. */
  readonly whole: StoredAgent;
}

/** The difference between a record as it was read and as it is now. */
export function changeOf(before: StoredAgent, after: StoredAgent): AgentChange {
  const counters: Partial<Record<(typeof COUNTERS)[number], number>> = {};
  const reached = beforeLevel(before, after);
  for (const name of COUNTERS) {
    if (reached[name] !== before[name]) counters[name] = reached[name] - before[name];
  }
  const others = Object.entries(after).filter(
    ([name, value]) => !isCounter(name) && !isSame(value, Reflect.get(before, name)),
  );
  return { counters, fields: Object.fromEntries(others), whole: after };
}

/**
 * Who has raised the level itself, as code for the original does, has seen the points reach it: only they count here,
 * for somebody else may have raised it, too.
 */
function beforeLevel(before: StoredAgent, after: StoredAgent): StoredAgent {
  const isRise =
    before.skill_points > 0 &&
    after.skill_points === before.skill_points + 1 &&
    after.experience_points === 0;
  if (!isRise) return after;
  const { skill_points } = before;
  return { ...after, skill_points, experience_points: pointsOfLevel(skill_points) };
}

/**
 * The record with the change. What several writers changed adds up, and what the sums come to (a level, a
 * halt) is evaluated here. Pure.
 */
export function applyAgentChange(agent: StoredAgent | undefined, change: AgentChange): StoredAgent {
  if (agent === undefined) return change.whole;
  const next = { ...agent, ...change.fields };
  for (const name of COUNTERS) next[name] += change.counters[name] ?? 0;
  for (const name of NEVER_NEGATIVE) next[name] = Math.max(0, next[name]);
  if (next.updated_at < agent.updated_at) next.updated_at = agent.updated_at;
  return { ...next, ...withLevels(next) };
}

function isCounter(name: string): boolean {
  return COUNTERS.some((counter) => counter === name);
}

/** Records are flat; what others have put into one may not be. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
