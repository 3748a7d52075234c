import type { StoredAgent } from "./agent.ts";
import { name, number, recordSchema, text } from "./record-schema.ts";
import { type Stored } from "./stored.ts";

/** The score of an agent as it stood in the record at one time. */
export interface ScorePoint {
  timestamp: Date;
  skill_points: number;
  experience_points: number;
  communication_score: number;
  total_commits: number;
  total_bugs: number;
}

/** The same as it is stored: its time is a text, and the agent is named. */
export type StoredScore = Stored<ScorePoint> & { agent_id: string };

export const StoredScoreSchema = recordSchema<StoredScore>({
  agent_id: name,
  timestamp: text,
  skill_points: number,
  experience_points: number,
  communication_score: number,
  total_commits: number,
  total_bugs: number,
});

// One point an hour: fine enough to see what a day did, and 9 000 a year at most.
const HOUR_MILLISECONDS = 3_600_000;

export function hourOf(now: number): number {
  return now - (now % HOUR_MILLISECONDS);
}

export function scorePointOf(agent: StoredAgent, now: number): StoredScore {
  const { id, skill_points, experience_points, communication_score } = agent;
  const { total_commits, total_bugs } = agent;
  return {
    agent_id: id,
    timestamp: new Date(now).toISOString(),
    skill_points,
    experience_points,
    communication_score,
    total_commits,
    total_bugs,
  };
}

export function decodeScorePoint({ agent_id: _agent, ...stored }: StoredScore): ScorePoint {
  return { ...stored, timestamp: new Date(stored.timestamp) };
}
