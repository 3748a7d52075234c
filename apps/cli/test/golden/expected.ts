import { BUILD, NEW_AGENT, PLAN } from "../tracked.ts";
import { GONE_PID } from "./prepared-place.ts";

/** What stands in several answers of the prepared checkout. */

export const NOW = "<now>";
export const LATER = "<later>";
const FILED = "2026-03-01T10:00:00.000Z";

export const ROOT = { path: "<checkout>", rule: "marker" };

const HOLDER = {
  host: "<host>",
  machine: "<machine>",
  boot_id: "<boot_id>",
  namespace: "<namespace>",
  pid: "<pid>",
  start_time: "<start_time>",
};

const LEASE = {
  worktree_path: "<checkout>",
  agent_id: "painter",
  branch_name: "feat/profile",
  lease_state: "open",
  granted_at: FILED,
  closed_at: null,
  crashed_at: null,
  crash_reason: null,
  write_set: ["src/**", "feat/profile"],
  provenance_hash: "painter",
  epoch: 1,
};
const ELSEWHERE = { ...LEASE, worktree_path: "<checkout>-feat/profile", write_set: ["src/a.ts"] };

/** The leases of the registry, each named after what can be seen of it. */
export const CRASHED = {
  phase_id: "1",
  ...LEASE,
  lease_state: "crashed",
  crashed_at: FILED,
  crash_reason: "the profile page",
};
export const HELD = { phase_id: "2", ...LEASE, holder: HOLDER };
export const UNHELD = { phase_id: "3", ...ELSEWHERE };
export const DEAD = { phase_id: "4", ...ELSEWHERE, holder: { ...HOLDER, pid: GONE_PID } };
export const NAMED = { phase_id: "painter", ...ELSEWHERE, write_set: ["feat/profile"] };

/** Such as `lease grant 5` begins with. */
export const GRANTED = {
  phase_id: "5",
  worktree_path: "<checkout>",
  agent_id: null,
  branch_name: "main",
  lease_state: "open",
  granted_at: NOW,
  closed_at: null,
  crashed_at: null,
  crash_reason: null,
  write_set: [],
  provenance_hash: null,
  epoch: 1,
};

/** Such as `lease run 5` leaves behind. */
export const RUN = {
  ...GRANTED,
  lease_state: "closed",
  closed_at: NOW,
  holder: HOLDER,
  expires_at: LATER,
  ttl_ms: 300_000,
  expires_uptime_ms: "<expires_uptime_ms>",
};

/** Filed in the registry of plans. */
const IN_BUCKET = { sessionKey: "ses_66d", fileExists: true };
export const LOGIN_PLAN = {
  plan: "login",
  createdAt: FILED,
  status: "reviewed",
  ...IN_BUCKET,
  sessionID: "ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
};
export const RETRY_PLAN = {
  plan: "login-retry",
  createdAt: FILED,
  status: "created",
  parentID: "ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
  ...IN_BUCKET,
  sessionID: "ses_66d1ffffffffOtherOtherOthe",
};
export const PROFILE_PLAN = {
  plan: "profile",
  createdAt: FILED,
  status: "failed",
  parentID: "painter",
  ...IN_BUCKET,
  sessionID: "ses_66dpainter",
};

export const OLD_SPEC = {
  name: "feat-old",
  specPath: "specs/old.md",
  lastKnownBranch: "feat/old",
  isActive: false,
};
export const LOGIN_SPEC = {
  name: "login",
  specPath: "specs/login.md",
  lastKnownBranch: "feat/profile",
  isActive: true,
};
export const SEARCH_SPEC = {
  name: "search",
  specPath: "specs/feat/profile.md",
  lastKnownBranch: "main",
  isActive: false,
};

export const QUESTION = { id: "C-1", question: "Which database?", plan: "02", answer: null };
export const CHECKPOINT = {
  plan: "02",
  last_completed_task: 3,
  total_tasks: 8,
  task_commits: [],
  finished_plans: [],
};
export const RESUME = { kind: "checkpoint", checkpoint: CHECKPOINT, pending: [QUESTION] };
export const OF_RUN = { spec: "login", folder: "<checkout>/.planning/login/.long-run" };

const AGENT = { ...NEW_AGENT, halted: false };
export const BUILDER = {
  ...AGENT,
  id: BUILD,
  skill_points: 2,
  experience_points: 5000,
  communication_score: 64,
  total_commits: 2,
};
export const PLANNER = { ...AGENT, id: PLAN, experience_points: 9 };
export const HALTED = {
  ...AGENT,
  id: "zpainter",
  name: "the profile page",
  model: "the profile page",
  scope: "the profile page",
  skill_points: 0,
  halted: true,
};
export const PROFILE_ACTIVITY = {
  timestamp: FILED,
  task: "the profile page",
  actions: "the profile page",
  outcome: "the profile page",
  decisions: "the profile page",
};

const REGISTRY = "<checkout>/.planning/.local/registry.json";
const openElsewhere = (phase: string, state: string) => ({
  code: "CLOSEOUT_LEASE_OPEN",
  message: `phase ${phase} has an open lease of painter in <checkout>-feat/profile; its holder is ${state}`,
});
/** What stands in the way of closing any phase. */
export const OPEN_ELSEWHERE = [
  openElsewhere("3", "unknown"),
  openElsewhere("4", "dead"),
  openElsewhere("painter", "unknown"),
];
/** All open leases as a closeout report has them: the one of phase 2 is a phase's own, or blocks. */
export const reportedLeases = (tagOfHeld: string): object => ({
  path: REGISTRY,
  leases: [
    [HELD, tagOfHeld, "alive"] as const,
    [UNHELD, "BLOCK", "unknown"] as const,
    [DEAD, "BLOCK", "dead"] as const,
    [NAMED, "BLOCK", "unknown"] as const,
  ].map(([{ phase_id, agent_id, branch_name, worktree_path, granted_at, epoch }, tag, state]) => {
    const lease = { phase_id, agent_id, branch_name, worktree_path, granted_at, epoch };
    return { tag, ...lease, holder_state: state };
  }),
});

export const DEAD_LEASE = {
  id: "dead-lease",
  severity: "warning",
  path: REGISTRY,
  message: `Phase 4 is leased to painter in <checkout>-feat/profile; its holder, process ${GONE_PID} on <host>, is gone. Nobody is granted the phase until that lease is ended.`,
  command: "cabinet lease show 4",
  advice:
    "See first whether a command that it has started still writes; then end it: cabinet lease reclaim 4",
  fix: null,
};
const missingFile = (folder: string, file: string) => ({
  id: "spec-file-missing",
  severity: "warning",
  path: `<checkout>/.planning/${folder}/status.yaml`,
  message: `The file of the spec ${folder}, ${file}, is missing: agents are sent to a file that is not there.`,
  command: null,
  advice: `Bring the file back, or correct \`spec:\` in the status of ${folder}.`,
  fix: null,
});
/** What a doctor finds, and leaves to people. */
export const FINDINGS = [
  DEAD_LEASE,
  {
    id: "spec-folder-name",
    severity: "warning",
    path: "<checkout>/.planning/feat-old",
    message:
      'The folder .planning/feat-old holds the spec "older". It is found by the name of its folder only.',
    command: "cabinet planning migrate --dry-run",
    advice: null,
    fix: null,
  },
  missingFile("feat-old", "specs/old.md"),
  missingFile("search", "specs/feat/profile.md"),
];
