import type { ActivityEntry } from "../../src/records/activity.ts";
import type { AgentData } from "../../src/records/agent.ts";
import type { CommitData } from "../../src/records/commit.ts";
import type { CommunicationScoreEvent } from "../../src/records/communication-event.ts";
import type { RetrospectiveEntry } from "../../src/records/retrospective.ts";

export const MORNING = new Date("2026-03-01T08:00:00.000Z");

export function agent(id: string, facts: Partial<AgentData> = {}): AgentData {
  return {
    id,
    name: "build",
    model: "anthropic/claude",
    scope: "/home/me/shop",
    skill_points: 1,
    experience_points: 0,
    communication_score: 60,
    total_commits: 0,
    total_bugs: 0,
    active: true,
    created_at: MORNING,
    updated_at: MORNING,
    ...facts,
  };
}

export function commit(hash: string, facts: Partial<CommitData> = {}): CommitData {
  return {
    agent_id: "build",
    commit_hash: hash,
    project_path: "/home/me/shop",
    task_description: "the login form",
    experience_gained: 5,
    communication_score_change: 0,
    timestamp: MORNING,
    ...facts,
  };
}

export function graded(
  agentId: string,
  facts: Partial<CommunicationScoreEvent> = {},
): CommunicationScoreEvent {
  return {
    agent_id: agentId,
    commit_hash: "c0ffee",
    project_path: "/home/me/shop",
    grade: 2,
    timestamp: MORNING,
    ...facts,
  };
}

export function activity(task: string, facts: Partial<ActivityEntry> = {}): ActivityEntry {
  return {
    timestamp: MORNING.toISOString(),
    task,
    actions: "read, edit",
    outcome: "done",
    decisions: "",
    ...facts,
  };
}

export function retrospective(
  commitHash: string,
  facts: Partial<RetrospectiveEntry> = {},
): RetrospectiveEntry {
  return {
    commit: commitHash,
    timestamp: MORNING.toISOString(),
    task: "the login form",
    agent_grade: 2,
    user_grade: 5,
    score_before: 60,
    score_after: 67,
    agent_note: "",
    user_note: "well done",
    ...facts,
  };
}
