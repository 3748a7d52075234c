import { createHash } from "node:crypto";

import type { ActivityEntry } from "../../src/records/activity.ts";
import type { AgentData } from "../../src/records/agent.ts";
import type { CommitData } from "../../src/records/commit.ts";
import type { CommunicationScoreEvent } from "../../src/records/communication-event.ts";
import type { Grade } from "../../src/records/grade.ts";
import type { RetrospectiveEntry } from "../../src/records/retrospective.ts";

/** What the original has kept. Values have 1 to 5 KB, most of it text of agents. */
export interface OldRecords {
  readonly agents: AgentData[];
  readonly commits: CommitData[];
  readonly communication: CommunicationScoreEvent[];
}

const START = Date.UTC(2026, 0, 1);
const PATHS = [
  "/home/me/shop",
  "C:\\work\\shop",
  "/home/me/a:b",
  "/home/mé/日本:語",
  "ssh://host:22/srv/git",
];
const GRADES: readonly Grade[] = [-1, 1, 2, 5];

export function oldRecords(count: number): OldRecords {
  const ids = ["build@anthropic/claude", "plan", "plan:review", "é", "a"];
  const agents = ids.map((id, index): AgentData => ({
    id,
    name: id,
    model: `model ${text(index, 1000)}`,
    scope: PATHS[index] ?? "",
    skill_points: index + 1,
    experience_points: index * 100,
    communication_score: 60 + index,
    total_commits: index,
    total_bugs: 0,
    active: true,
    created_at: new Date(START),
    updated_at: new Date(START + index),
  }));
  const commits = Array.from({ length: count }, (_, index): CommitData => ({
    agent_id: ids[index % ids.length] ?? "",
    commit_hash: createHash("sha1").update(String(index)).digest("hex"),
    project_path: PATHS[index % PATHS.length] ?? "",
    task_description: text(index, 1000 + ((index * 37) % 4000)),
    experience_gained: 5,
    communication_score_change: 0,
    timestamp: new Date(START + index * 60_000),
  }));
  const communication = commits.map(
    ({ agent_id, commit_hash, project_path, timestamp }, index): CommunicationScoreEvent => ({
      agent_id,
      commit_hash,
      project_path,
      grade: GRADES[index % GRADES.length] ?? 1,
      timestamp,
      reason: text(index, 1000),
    }),
  );
  return { agents, commits, communication };
}

/** The keys and values of the flat database. */
export function* oldEntries({
  agents,
  commits,
  communication,
}: OldRecords): Generator<[string, object]> {
  for (const agent of agents) yield [`agent:${agent.id}`, agent];
  for (const commit of commits)
    yield [`commit:${commit.project_path}:${commit.commit_hash}`, commit];
  for (const event of communication) {
    const { agent_id, commit_hash, timestamp } = event;
    yield [`communication:${agent_id}:${commit_hash}:${timestamp.getTime()}`, event];
  }
}

/** The collections, keys and values of the last version: retrospectives and activities came with it. */
export function* lastEntries(records: OldRecords): Generator<[string, string, object]> {
  for (const [key, value] of oldEntries(records)) {
    const [kind = "", ...rest] = key.split(":");
    yield [kind === "communication" ? kind : `${kind}s`, rest.join(":"), value];
  }
  for (const [agent, entry] of lastRetrospectives(records)) {
    yield ["retrospectives", `${agent}:${entry.commit}`, entry];
  }
  for (const [agent, entry] of lastActivities(records)) {
    yield ["activities", `${agent}:${entry.timestamp}`, entry];
  }
}

export function lastRetrospectives({ communication }: OldRecords): [string, RetrospectiveEntry][] {
  return communication.map(({ agent_id, commit_hash, timestamp, grade }, index) => [
    agent_id,
    {
      commit: commit_hash,
      timestamp: timestamp.toISOString(),
      task: text(index, 20),
      agent_grade: grade,
      user_grade: 2,
      score_before: 60,
      score_after: 62,
      agent_note: "é",
      user_note: text(index, 1500),
    },
  ]);
}

export function lastActivities({ commits }: OldRecords): [string, ActivityEntry][] {
  return commits.map(({ agent_id, timestamp, task_description }) => [
    agent_id,
    {
      timestamp: timestamp.toISOString(),
      task: task_description,
      actions: "read; wrote",
      outcome: "日本語",
      decisions: "",
    },
  ]);
}

function text(seed: number, length: number): string {
  return `Fix the login form, step ${seed}. `.repeat(Math.ceil(length / 25)).slice(0, length);
}
