import { BUILD, LOGIN_ACTIVITY, LOGIN_RETROSPECTIVE } from "../../tracked.ts";
import type { Cases } from "../case.ts";
import { BUILDER, HALTED, NOW, PLANNER, PROFILE_ACTIVITY } from "../expected.ts";
import { PROJECT } from "../prepared-place.ts";

const database = "<database>";

const AGENTS: Cases[string] = [
  { args: [], onlyLooks: true, data: { database, agents: [BUILDER, PLANNER, HALTED] } },
];

const SCORE = { skill_points: 1, experience_points: 0, total_commits: 0, total_bugs: 0 };

const PRUNED = {
  database,
  before: "2026-02-01T00:00:00.000Z",
  removed: { commits: 2, communication: 2, retrospectives: 1, activities: 1 },
};

export const TRACKER: Cases = {
  tracker: AGENTS,
  "tracker agents": AGENTS,
  "tracker status": [
    ...(AGENTS ?? []),
    {
      args: ["build"],
      onlyLooks: true,
      data: {
        database,
        agent: BUILDER,
        next_level_experience: 20_000,
        history: [
          { ...SCORE, timestamp: "2026-01-02T10:00:00.000Z", communication_score: 60 },
          { ...SCORE, timestamp: "2026-01-02T11:00:00.000Z", communication_score: 65 },
          { ...SCORE, timestamp: "2026-01-03T10:00:00.000Z", communication_score: 64 },
        ],
        activities: [LOGIN_ACTIVITY, PROFILE_ACTIVITY],
      },
    },
    { args: ["none"], onlyLooks: true, exitCode: 1, error: "CABINET_AGENT_NOT_FOUND" },
  ],
  "tracker compare": [
    {
      args: ["--by-project"],
      onlyLooks: true,
      data: {
        database,
        project: null,
        setups: [
          { ...setup(BUILDER), project: "/elsewhere/site", last_at: "2026-01-02T10:00:00.000Z" },
          { ...setup(PLANNER), project: "/home/feat/profile", last_at: "2026-03-01T10:00:00.000Z" },
          {
            ...setup(BUILDER),
            project: PROJECT,
            mean_grade: 2,
            grades: 2,
            good_share: 0.5,
            last_at: "2026-01-02T11:00:00.000Z",
          },
        ],
      },
    },
    {
      args: ["--project", "none"],
      onlyLooks: true,
      exitCode: 1,
      error: "CABINET_PROJECT_NOT_FOUND",
    },
  ],
  "tracker commits": [
    {
      args: ["build"],
      onlyLooks: true,
      data: {
        database,
        agent: BUILD,
        commits: [
          commit("4f2a0000de", "/elsewhere/site", []),
          commit("4f2a91c0de", PROJECT, [grade(5), grade(-1)]),
        ],
      },
    },
  ],
  "tracker grade": [
    {
      args: ["build", "4f2a9", "--agent-grade", "good", "--user-grade=-1"],
      data: {
        database,
        agent: { ...BUILDER, experience_points: 5001, communication_score: 65, updated_at: NOW },
        commit_hash: "4f2a91c0de",
        project_path: PROJECT,
        agent_grade: 2,
        user_grade: -1,
      },
      warnings: ["CABINET_COMMIT_GRADED_BEFORE"],
    },
    {
      args: ["build", "4f2a", "--user-grade", "good"],
      exitCode: 1,
      error: "CABINET_COMMIT_AMBIGUOUS",
    },
  ],
  "tracker bug": [
    {
      args: ["plan"],
      data: {
        database,
        agent: {
          ...PLANNER,
          skill_points: 0,
          total_bugs: 1,
          active: false,
          halted: true,
          updated_at: NOW,
        },
      },
    },
  ],
  "tracker reinstate": [
    {
      args: ["zpainter", "--reason", "rested"],
      data: {
        database,
        agent: { ...HALTED, skill_points: 1, halted: false, updated_at: NOW },
        isChanged: true,
      },
    },
    {
      args: ["build", "--reason", "rested"],
      data: { database, agent: BUILDER, isChanged: false },
    },
  ],
  "tracker journal": [
    {
      args: ["build"],
      onlyLooks: true,
      data: { database, agent: BUILD, activities: [LOGIN_ACTIVITY, PROFILE_ACTIVITY] },
    },
    {
      args: ["build", "--task", "the form"],
      data: {
        database,
        agent: BUILD,
        is_new: false,
        activity: { timestamp: NOW, task: "the form", actions: "", outcome: "", decisions: "" },
      },
    },
  ],
  "tracker retrospectives": [
    {
      args: ["build"],
      onlyLooks: true,
      data: {
        database,
        agent: BUILD,
        retrospectives: [LOGIN_RETROSPECTIVE],
      },
    },
  ],
  "tracker export": [
    { args: ["--out", "record.jsonl"], data: { path: "<checkout>/record.jsonl", records: 14 } },
    { args: ["--out", "src/a.ts"], exitCode: 1, error: "CABINET_FILE_EXISTS" },
    { args: [], onlyLooks: true, exitCode: 2, error: "CABINET_USAGE" },
  ],
  "tracker import": [
    {
      args: ["../home/records.jsonl"],
      data: { database, added: 0, skipped: 14, bad_lines: 0, bad: [] },
    },
    {
      args: ["specs/login.md"],
      exitCode: 1,
      data: { database, added: 0, skipped: 0, bad_lines: 4, bad: [1, 2, 3, 5].map(badLine) },
    },
    { args: ["none.jsonl"], exitCode: 1, error: "CABINET_FILE_UNREADABLE" },
  ],
  "tracker prune": [
    {
      args: ["--before", "2026-02-01", "--dry-run"],
      onlyLooks: true,
      data: { ...PRUNED, dryRun: true, archive: null },
    },
    {
      args: ["--before", "2026-02-01"],
      data: { ...PRUNED, dryRun: false, archive: "<database>.pruned-<digits>.jsonl" },
    },
  ],
  "tracker migrate": [
    {
      args: [],
      onlyLooks: true,
      data: {
        database,
        source: "<checkout>/~/.config/opencode/agent-tracker.lmdb",
        dryRun: false,
        keptAs: null,
        entriesMigrated: 0,
        entriesSkipped: 0,
        no_records: 0,
        errors: [],
      },
    },
  ],
};

function setup(agent: typeof BUILDER): object {
  const { id, total_bugs, skill_points, experience_points, communication_score, halted } = agent;
  return {
    agent: id,
    commits: 1,
    mean_grade: null,
    grades: 0,
    good_share: null,
    bugs: total_bugs,
    skill_points,
    experience_points,
    communication_score,
    halted,
  };
}

function commit(commit_hash: string, project_path: string, grades: readonly object[]): object {
  const timestamp = "2026-01-02T10:00:00.000Z";
  return { commit_hash, project_path, task: "the login", timestamp, grades };
}

function grade(of: number): object {
  return { grade: of, reason: null, timestamp: "2026-01-02T11:00:00.000Z" };
}

function badLine(number: number): object {
  return { line: number, reason: "it is not valid JSON" };
}
