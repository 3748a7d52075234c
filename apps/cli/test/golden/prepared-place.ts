import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { openRunState } from "@x/planning/run-state";
import { holderOf } from "@x/registry-core/leases";

import { login, OTHER, registryOf } from "../busy-checkout.ts";
import { SESSION } from "../checkout.ts";
import { ROADMAP } from "../roadmap-checkout.ts";
import { cabinet } from "../run-cabinet-here.ts";
import { agentLine, BUILD, line, PLAN, sampleLines, writeLines } from "../tracked.ts";
import { emptyPlace, type Place } from "./place.ts";
import type { Texts } from "./texts.ts";

const createdAt = "2026-03-01T10:00:00.000Z";
/** When the plans in the trash were cleaned. */
export const CLEANED = "20260228T100000000Z";
/** What the record says of the project, wherever the checkout is. */
export const PROJECT = "/home/me/shop";
// Beyond what a system gives out to begin with; whoever has it began later than the first process of the boot.
export const GONE_PID = 4_000_000;
const TASK = "the profile page";
const QUESTION = "Which database?";

/** A checkout with something of everything. What agents have written there are these texts. */
export async function preparedPlace(texts: Texts, name?: string): Promise<Place> {
  const place = emptyPlace(name);
  const { dir } = place;
  writeIn(dir, {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/refs/heads/.keep": "",
    ".git/objects/.keep": "",
    "src/a.ts": "",
    ...planFiles(texts),
    ...specFiles(texts),
    ...roadmapFiles(texts),
    ".planning/.local/registry.json": JSON.stringify(leaseFile(dir, texts)),
    ".planning/.local/.gitignore": "*\n",
    ".planning/.local/epoch-floor": "0\n",
  });
  await beginRun(dir, texts);
  await trackAgents(place, texts);
  return place;
}

/** Makes these files, and the folders that they are in. */
export function writeIn(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function planFiles(texts: Texts): Record<string, string> {
  const registry = registryOf({
    [OTHER]: { plan: "login-retry", createdAt, status: "created", parentID: SESSION },
    [`ses_66d${texts.id}`]: { plan: texts.plan, createdAt, status: "failed", parentID: texts.id },
    [SESSION]: login,
  });
  return {
    ".ai/.session-plans.json": JSON.stringify(registry),
    ".ai/plan-login.md": "# login\n",
    ".ai/plan-login-retry.md": "# login-retry\n",
    ".ai/plan-search.md": `# search\n\n${texts.line}\n`,
    [`.ai/plan-${texts.plan}.md`]: `# ${texts.line}\n`,
    [`.ai/.trash/${CLEANED}/plan-old.md`]: "# old\n",
  };
}

function specFiles(texts: Texts): Record<string, string> {
  const status = (name: string, path: string, branch: string): string =>
    [
      `name: ${name}`,
      `spec: ${JSON.stringify(path)}`,
      `last_known_branch: ${JSON.stringify(branch)}`,
    ]
      .map((row) => `${row}\n`)
      .join("");
  const spec = (name: string) => `---\nname: ${name}\n---\n\n# ${texts.line}\n`;
  return {
    "specs/login.md": spec("login"),
    "specs/search.md": spec("search"),
    "specs/new.md": spec("new"),
    ".planning/.active": "login\n",
    ".planning/login/status.yaml": status("login", "specs/login.md", texts.path),
    ".planning/search/status.yaml": status("search", `specs/${texts.path}.md`, "main"),
    // As the original named them.
    ".planning/feat-old/status.yaml": "name: older\nspec: specs/old.md\nbranch: feat/old\n",
  };
}

function roadmapFiles(texts: Texts): Record<string, string> {
  return {
    [ROADMAP]: [
      "# Roadmap",
      "",
      "- [x] **Phase 1: Store**",
      `- [-] **Phase 2: ${texts.line.replaceAll(/[\r\n]+/g, " ")}**`,
      "- [ ] **Phase 3: Pay**",
      "",
    ].join("\n"),
    ".planning/phases/02-form/02-PLAN-CHECK.md": texts.line,
    ".internal-research/lessons-learned.md": `# Lessons learned\n\n### LL-6: ${texts.line}\n`,
  };
}

function leaseFile(dir: string, texts: Texts): object {
  const holder = holderOf();
  const ended = { closed_at: null, crashed_at: null, crash_reason: null };
  const lease = {
    worktree_path: dir,
    agent_id: texts.id,
    branch_name: texts.path,
    lease_state: "open",
    granted_at: createdAt,
    ...ended,
    write_set: ["src/**", texts.path],
    provenance_hash: texts.id,
    epoch: 1,
  };
  const crashed = { lease_state: "crashed", crashed_at: createdAt, crash_reason: texts.line };
  const others = { ...lease, worktree_path: `${dir}-${texts.path}`, write_set: ["src/a.ts"] };
  return {
    epochs: { 1: 1, 2: 1, 3: 1, 4: 1, 7: 1 },
    schema_version: 1,
    leases: [
      { phase_id: "1", ...lease, ...crashed },
      { phase_id: "2", ...lease, holder },
      { phase_id: "3", ...others },
      { phase_id: "4", ...others, holder: holder && { ...holder, pid: GONE_PID, start_time: "1" } },
      { phase_id: texts.id, ...others, write_set: [texts.path] },
    ],
    cleared: [
      {
        cleared_at: createdAt,
        epoch: 1,
        leases: [{ phase_id: "7", ...lease, lease_state: "closed", closed_at: createdAt }],
      },
    ],
  };
}

async function beginRun(dir: string, texts: Texts): Promise<void> {
  const folder = join(dir, ".planning/login/.long-run");
  const now = (): Date => new Date(createdAt);
  mkdirSync(folder);
  const run = await openRunState(folder, { executor: "claude-1", now });
  const names = ["01", "02", "03"].map((id) => `plans/${id}-PLAN.md`);
  writeIn(folder, Object.fromEntries(names.map((name) => [name, texts.line])));
  await run.recordAgent({ agent_id: "a1", status: "spawned", plan: "01", task_description: TASK });
  await run.recordAgent({ agent_id: "a1", status: "completed" });
  await run.writeSummary({ plan: "01", status: "completed", body: "Done." });
  await run.writeCheckpoint({ plan: "02", last_completed_task: 3, total_tasks: 8 });
  await run.recordClarification({ question: QUESTION, plan: "02" });
  await run.appendIssue({ title: "Slow", body: "3 s." });
  await run.close();
  // The calls refuse such texts; another tool does not.
  const replace = (name: string, from: string, to: string): void => {
    const path = join(folder, name);
    writeFileSync(
      path,
      readFileSync(path, "utf8").replaceAll(from, () => to),
    );
  };
  replace("agent-history.json", JSON.stringify(TASK), JSON.stringify(texts.line));
  replace("clarifications.md", QUESTION, `${QUESTION}${texts.added}`);
  replace("summaries/01-SUMMARY.md", "Done.", texts.line);
  replace("ISSUES.md", "3 s.", texts.line);
}

async function trackAgents({ dir, home, env }: Place, texts: Texts): Promise<void> {
  const fields = { name: texts.line, model: texts.line, scope: texts.line, skill_points: 0 };
  const said = {
    task: texts.line,
    actions: texts.line,
    outcome: texts.line,
    decisions: texts.line,
  };
  const lines = [
    ...sampleLines(PROJECT),
    agentLine(`z${texts.id}`, { ...fields, halted: true }),
    line("activity", { agent_id: BUILD, timestamp: createdAt, ...said }),
    line("commit", {
      agent_id: PLAN,
      commit_hash: `abc123${texts.id}`,
      project_path: `/home/${texts.path}`,
      task_description: texts.line,
      experience_gained: 5,
      communication_score_change: 0,
      timestamp: createdAt,
    }),
  ];
  const file = writeLines(home, lines);
  const { code, stderr } = await cabinet(dir, ["tracker", "import", file], env);
  if (code !== 0) throw new Error(stderr);
}
