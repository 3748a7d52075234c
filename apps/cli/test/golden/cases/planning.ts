import type { Cases } from "../case.ts";
import {
  LOGIN_SPEC,
  OLD_SPEC,
  OPEN_ELSEWHERE,
  reportedLeases,
  RESUME,
  ROOT,
  SEARCH_SPEC,
} from "../expected.ts";
import { flowText } from "../shipped-texts.ts";

const LIST: Cases[string] = [
  {
    args: [],
    onlyLooks: true,
    data: { root: ROOT, specs: [OLD_SPEC, LOGIN_SPEC, SEARCH_SPEC] },
    warnings: ["PLANNING_FOLDER_NAME"],
  },
];

const REFUSED = {
  state: "refused",
  missing: [".planning/phases/02-form/02-VERIFICATION.md is missing"],
};
const FORM = { root: ROOT, phase: "2", title: "the profile page", previous: "in_progress" };

export const PLANNING: Cases = {
  "planning status": [
    {
      args: [],
      onlyLooks: true,
      data: {
        root: ROOT,
        active: "login",
        spec: LOGIN_SPEC,
        specFile: "present",
        executor: null,
        resume: RESUME,
        closeout: {
          phase: "2",
          status: "blocked",
          blockers: [
            ...OPEN_ELSEWHERE,
            { code: "CLOSEOUT_EVIDENCE_MISSING", message: REFUSED.missing[0] },
          ],
          warnings: [],
          next_safe_action:
            "Run `cabinet lease reclaim 4`, then `cabinet closeout-report --phase 2` again.",
          gate: REFUSED,
          registry: reportedLeases("INFO"),
        },
      },
    },
    { args: ["--spec", "none"], onlyLooks: true, exitCode: 1, error: "PLANNING_SPEC_NOT_FOUND" },
  ],
  "planning list": LIST,
  "planning switch": LIST,
  "planning setup": [
    {
      args: ["--spec", "specs/new.md"],
      data: {
        root: ROOT,
        spec: { name: "new", specPath: "specs/new.md", lastKnownBranch: null, isActive: false },
        isNew: true,
      },
    },
    { args: ["--spec", "specs/none.md"], exitCode: 1, error: "PLANNING_SPEC_INVALID" },
  ],
  "planning activate": [
    {
      args: ["search"],
      data: { root: ROOT, spec: { ...SEARCH_SPEC, isActive: true }, previous: "login" },
    },
    { args: ["none"], exitCode: 1, error: "PLANNING_SPEC_NOT_FOUND" },
  ],
  "planning deactivate": [{ args: [], data: { root: ROOT, previous: "login" } }],
  "planning update-branch": [
    {
      args: ["--branch", "feat/login"],
      data: { root: ROOT, spec: { ...LOGIN_SPEC, lastKnownBranch: "feat/login" } },
    },
    {
      args: ["--spec", "search", "--branch", "null"],
      data: { root: ROOT, spec: { ...SEARCH_SPEC, lastKnownBranch: null } },
    },
  ],
  "planning migrate": [
    {
      args: ["--dry-run"],
      onlyLooks: true,
      data: { root: ROOT, dryRun: true, moves: [{ from: "feat-old", to: "older" }], conflicts: [] },
    },
    {
      args: [],
      data: {
        root: ROOT,
        dryRun: false,
        moves: [{ from: "feat-old", to: "older" }],
        conflicts: [],
      },
    },
  ],
  "planning flow": [
    { args: [], onlyLooks: true, data: { flows: ["enable-spec", "spec-planning"] } },
    {
      args: ["enable-spec"],
      onlyLooks: true,
      data: { flow: "enable-spec", text: flowText("enable-spec") },
    },
    { args: ["none"], onlyLooks: true, exitCode: 1, error: "CABINET_FLOW_NOT_FOUND" },
  ],
  "phase-status": [
    {
      args: ["2"],
      onlyLooks: true,
      data: { ...FORM, status: "in_progress", isChanged: false, gate: REFUSED, recorded: null },
    },
    {
      args: ["3", "in_progress"],
      data: {
        root: ROOT,
        phase: "3",
        title: "Pay",
        previous: "not_started",
        status: "in_progress",
        isChanged: true,
        gate: null,
        recorded: null,
      },
    },
    { args: ["2", "done"], exitCode: 1, error: "PLANNING_GATE_REFUSED" },
    {
      args: ["2", "done", "--force", "--reason", "late"],
      data: { ...FORM, status: "done", isChanged: true, gate: REFUSED, recorded: "LL-7" },
    },
  ],
  "closeout-report": [
    {
      args: ["--phase", "1"],
      onlyLooks: true,
      exitCode: 1,
      data: {
        root: ROOT,
        phase: "1",
        status: "blocked",
        blockers: [
          {
            code: "CLOSEOUT_LEASE_OPEN",
            message: "phase 2 has an open lease of painter in <checkout>; its holder is alive",
          },
          ...OPEN_ELSEWHERE,
        ],
        warnings: [
          {
            code: "CLOSEOUT_LEASE_CRASHED",
            message:
              "the last lease of phase 1 was marked as crashed at 2026-03-01T10:00:00.000Z: the profile page",
          },
        ],
        next_safe_action:
          "Run `cabinet lease reclaim 4`, then `cabinet closeout-report --phase 1` again.",
        gate: {
          state: "skipped",
          missing: [],
          reason: "the phase has no folder in .planning/phases",
        },
        registry: reportedLeases("BLOCK"),
      },
    },
  ],
};
