import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { envelope } from "./assert-failure.ts";
import { cabinet } from "./run-cabinet-here.ts";

export const BUILD = "build@anthropic/claude-sonnet-4";
export const PLAN = "plan@openai/gpt-5";

/** A checkout, and a path beside it for a database that is not there yet. */
export function trackedCheckout(): { readonly dir: string; readonly path: string } {
  const folder = temporaryFolder();
  const dir = join(folder, "shop");
  mkdirSync(join(dir, ".git"), { recursive: true });
  return { dir, path: join(folder, "records", "agents.lmdb") };
}

/** `cabinet tracker` there, with that database. */
export function trackerOf({ dir, path }: { readonly dir: string; readonly path: string }) {
  const run = (...args: string[]) => cabinet(dir, ["tracker", ...args, "--database", path]);
  const data = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run(...args, "--json");
    const value = envelope(stdout).data;
    if (typeof value !== "object" || value === null) throw new TypeError(stdout);
    return { ...value };
  };
  return { run, data };
}

/** What is on record of an agent of whom nothing else is said. */
export const NEW_AGENT = {
  name: "",
  model: "",
  scope: "",
  skill_points: 1,
  experience_points: 0,
  communication_score: 60,
  total_commits: 0,
  total_bugs: 0,
  active: true,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-03T00:00:00.000Z",
};

export const LOGIN_ACTIVITY = {
  timestamp: "2026-01-02T09:00:00.000Z",
  task: "the login",
  actions: "wrote it",
  outcome: "",
  decisions: "",
};

export const LOGIN_RETROSPECTIVE = {
  commit: "4f2a91c0de",
  timestamp: "2026-01-02T12:00:00.000Z",
  task: "the login",
  agent_grade: 5,
  user_grade: -1,
  score_before: 60,
  score_after: 64,
  agent_note: "done\u001b[31m at once",
  user_note: "it did not work",
};

/** Lines of an export: two agents; the first has commits in two projects, grades, and a history. */
export function sampleLines(project: string): string[] {
  return [
    agentLine(BUILD, {
      skill_points: 2,
      experience_points: 5000,
      communication_score: 64,
      total_commits: 2,
    }),
    agentLine(PLAN, { experience_points: 9 }),
    commitLine(BUILD, "4f2a91c0de", project),
    commitLine(BUILD, "4f2a0000de", "/elsewhere/site"),
    gradeLine(BUILD, "4f2a91c0de", project, 5),
    gradeLine(BUILD, "4f2a91c0de", project, -1),
    scoreLine(BUILD, "2026-01-02T10:00:00.000Z", 60),
    scoreLine(BUILD, "2026-01-02T11:00:00.000Z", 65),
    scoreLine(BUILD, "2026-01-03T10:00:00.000Z", 64),
    line("retrospective", { agent_id: BUILD, ...LOGIN_RETROSPECTIVE }),
    line("activity", { agent_id: BUILD, ...LOGIN_ACTIVITY }),
  ];
}

/** A checkout whose database has the sample. */
export async function sampleCheckout() {
  const place = trackedCheckout();
  const tracker = trackerOf(place);
  const file = writeLines(place.dir, sampleLines(place.dir));
  await tracker.run("import", file);
  return { ...place, ...tracker };
}

export function writeLines(dir: string, lines: readonly string[]): string {
  const file = join(dir, "records.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

export function agentLine(id: string, fields: object = {}): string {
  return line("agent", { id, ...NEW_AGENT, ...fields });
}

function commitLine(agent_id: string, commit_hash: string, project_path: string): string {
  return line("commit", {
    agent_id,
    commit_hash,
    project_path,
    task_description: "the login",
    experience_gained: 5,
    communication_score_change: 0,
    timestamp: "2026-01-02T10:00:00.000Z",
  });
}

function gradeLine(agent_id: string, commit_hash: string, project_path: string, grade: number) {
  const timestamp = "2026-01-02T11:00:00.000Z";
  return line("communication", { agent_id, commit_hash, project_path, grade, timestamp });
}

function scoreLine(agent_id: string, timestamp: string, communication_score: number): string {
  return line("score", {
    agent_id,
    timestamp,
    skill_points: 1,
    experience_points: 0,
    communication_score,
    total_commits: 0,
    total_bugs: 0,
  });
}

export function line(type: string, record: object): string {
  return JSON.stringify({ type, record });
}
