import type { Cases } from "../case.ts";
import { CHECKPOINT, NOW, OF_RUN, QUESTION, RESUME } from "../expected.ts";

const NOBODY = { agent_id: null, agent_type: null, task_description: null };

export const RUNS: Cases = {
  "run-state": [
    {
      args: [],
      onlyLooks: true,
      data: {
        ...OF_RUN,
        executor: null,
        resume: RESUME,
        agents: [
          {
            ...NOBODY,
            agent_id: "a1",
            task_description: "the profile page",
            plan: "01",
            timestamp: "2026-03-01T10:00:00.000Z",
            status: "completed",
            completion_timestamp: "2026-03-01T10:00:00.000Z",
          },
        ],
        checkpoint: CHECKPOINT,
        clarifications: [QUESTION],
      },
    },
    {
      args: ["--folder", "none"],
      onlyLooks: true,
      exitCode: 1,
      error: "PLANNING_RUN_FOLDER_MISSING",
    },
  ],
  "run-state open": [{ args: [], data: { ...OF_RUN, resume: RESUME } }],
  "run-state run": [
    {
      args: ["--executor", "claude-2", "--", "true"],
      data: { ...OF_RUN, executor: "claude-2", exitCode: 0, signal: null },
    },
    {
      args: ["--", "sh", "-c", "exit 3"],
      exitCode: 3,
      data: { ...OF_RUN, executor: "cabinet run-state run", exitCode: 3, signal: null },
    },
  ],
  "run-state agent": [
    {
      args: ["a2", "spawned", "--plan", "02", "--task", "Add the form"],
      data: {
        ...OF_RUN,
        agent: {
          ...NOBODY,
          agent_id: "a2",
          task_description: "Add the form",
          plan: "02",
          timestamp: NOW,
          status: "spawned",
          completion_timestamp: null,
        },
      },
    },
    { args: ["a9", "completed"], exitCode: 1, error: "PLANNING_AGENT_UNKNOWN" },
  ],
  "run-state checkpoint": [
    {
      args: ["--plan", "02", "--task", "4", "--of", "8", "--commit", "4f2a91c"],
      data: {
        ...OF_RUN,
        checkpoint: { ...CHECKPOINT, last_completed_task: 4, task_commits: ["4f2a91c"] },
      },
    },
    {
      args: ["--plan", "02", "--task", "9", "--of", "8"],
      exitCode: 2,
      error: "PLANNING_RUN_INVALID",
    },
  ],
  "run-state summary": [
    {
      args: ["02", "--body", "Done."],
      data: {
        ...OF_RUN,
        summary: {
          plan: "02",
          status: "completed",
          path: `${OF_RUN.folder}/summaries/02-SUMMARY.md`,
        },
      },
    },
    { args: ["01"], exitCode: 1, error: "PLANNING_SUMMARY_EXISTS" },
  ],
  "run-state write": [
    {
      args: ["--field", "Phase=2", "--section", "Next", "--body", "Ask."],
      data: { ...OF_RUN, fields: { Phase: "2" }, sections: { Next: "Ask." } },
    },
  ],
  "run-state issue": [{ args: ["Slow again", "--plan", "02"], data: { ...OF_RUN, id: "ISS-2" } }],
  "run-state clarify": [
    {
      args: ["Which port?"],
      data: {
        ...OF_RUN,
        clarification: { id: "C-2", question: "Which port?", plan: null, answer: null },
      },
    },
    {
      args: ["--id", "C-1", "--answer", "None."],
      data: { ...OF_RUN, clarification: { ...QUESTION, answer: "None." } },
    },
  ],
  "run-state resume": [{ args: [], onlyLooks: true, data: { ...OF_RUN, resume: RESUME } }],
  "run-state reinitialize": [
    { args: [], exitCode: 1, error: "PLANNING_RUN_SOUND" },
    {
      args: ["--force"],
      data: {
        ...OF_RUN,
        history: "rebuilt",
        checkpoint: "intact",
        agents: [
          {
            ...NOBODY,
            plan: "01",
            timestamp: NOW,
            status: "completed",
            completion_timestamp: null,
          },
        ],
        summaries: 1,
        asides: [`${OF_RUN.folder}/agent-history.json.broken-<digits>`],
        former_agent: null,
      },
    },
  ],
};
