import { ALL_CHECKS } from "../../../src/doctor/all-checks.ts";
import type { Cases } from "../case.ts";
import {
  DEAD,
  DEAD_LEASE,
  FINDINGS,
  HELD,
  LOGIN_PLAN,
  LOGIN_SPEC,
  NAMED,
  RESUME,
  ROOT,
  UNHELD,
} from "../expected.ts";
import { CLEANED } from "../prepared-place.ts";
import { completionScript } from "../shipped-texts.ts";

const SETUP = {
  root: ROOT,
  files: [
    {
      path: "<checkout>/.planning/.gitignore",
      action: "created",
      adds: ["/.active*", "/.local/", "*.lock", "*.lock.next", "*.tmp.*"],
    },
    {
      path: "<checkout>/.ai/.gitignore",
      action: "created",
      adds: ["/.session-plans.json*", "/.trash/", "/.gitignore.*"],
    },
    { path: "<checkout>/opencode.json", action: "created", adds: ["@x/opencode-plugin"] },
  ],
  plugin: { state: "added", path: "<checkout>/opencode.json" },
};

const PATIENT = { root: ROOT, database: "<database>", checks: ALL_CHECKS.map(({ id }) => id) };

export const OTHERS: Cases = {
  init: [
    { args: ["--dry-run"], onlyLooks: true, data: { ...SETUP, dryRun: true } },
    { args: [], data: { ...SETUP, dryRun: false } },
  ],
  status: [
    {
      args: [],
      onlyLooks: true,
      data: {
        root: ROOT,
        spec: {
          active: "login",
          spec: LOGIN_SPEC,
          specFile: "present",
          executor: null,
          resume: RESUME,
        },
        plan: { session: null, plan: LOGIN_PLAN },
        leases: [
          { ...HELD, holder_state: "alive" },
          { ...UNHELD, holder_state: "unknown" },
          { ...DEAD, holder_state: "dead" },
          { ...NAMED, holder_state: "unknown" },
        ],
        agents: [
          {
            agent: "painter",
            work: { kind: "lease", of: "2" },
            pid: "<pid>",
            since: "2026-03-01T10:00:00.000Z",
          },
        ],
        findings: [DEAD_LEASE],
      },
    },
  ],
  doctor: [
    { args: [], onlyLooks: true, exitCode: 1, data: { ...PATIENT, findings: FINDINGS } },
    {
      args: ["--fix", "--dry-run"],
      onlyLooks: true,
      exitCode: 1,
      data: { ...PATIENT, dryRun: true, fixed: [], copies: [], findings: FINDINGS },
    },
    {
      args: ["--fix"],
      exitCode: 1,
      data: { ...PATIENT, dryRun: false, fixed: [], copies: [], findings: FINDINGS },
    },
  ],
  restore: [
    {
      args: [],
      onlyLooks: true,
      data: {
        root: ROOT,
        plansRoot: ROOT,
        restorable: [
          {
            what: `plans:${CLEANED}`,
            cleared_at: "2026-02-28T10:00:00.000Z",
            plans: 1,
            registry: false,
          },
          { what: "lease:7", cleared_at: "2026-03-01T10:00:00.000Z", leases: 1 },
        ],
      },
    },
    {
      args: ["lease:7"],
      data: {
        root: ROOT,
        restored: { what: "lease:7", cleared_at: "2026-03-01T10:00:00.000Z", leases: 1 },
      },
    },
    {
      args: ["plans"],
      data: {
        root: ROOT,
        restored: {
          what: `plans:${CLEANED}`,
          cleared_at: "2026-02-28T10:00:00.000Z",
          plans: 1,
          registry: "none",
          sessions: 0,
          kept: [],
        },
      },
    },
    { args: ["lease:3"], exitCode: 1, error: "CABINET_NOTHING_TO_RESTORE" },
  ],
  completion: [
    {
      args: ["bash"],
      onlyLooks: true,
      data: { shell: "bash", script: completionScript("bash") },
    },
    { args: ["sh"], onlyLooks: true, exitCode: 2, error: "CABINET_USAGE" },
  ],
  complete: [
    {
      args: ["fish", "--", "lease", "show", ""],
      onlyLooks: true,
      data: {
        lines: [
          "words",
          "1\tcrashed, painter",
          "2\topen, painter",
          "3\topen, painter",
          "4\topen, painter",
          "painter\topen, painter",
        ],
      },
    },
  ],
};
