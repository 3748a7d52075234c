import type { Cases } from "../case.ts";
import { CRASHED, DEAD, GRANTED, HELD, LATER, NAMED, NOW, ROOT, RUN, UNHELD } from "../expected.ts";

const OPEN = [
  { ...HELD, holder_state: "alive" },
  { ...UNHELD, holder_state: "unknown" },
  { ...DEAD, holder_state: "dead" },
  { ...NAMED, holder_state: "unknown" },
];

const LIST: Cases[string] = [
  { args: [], onlyLooks: true, data: { root: ROOT, leases: [CRASHED, ...OPEN], set_aside: [] } },
  { args: ["--open"], onlyLooks: true, data: { root: ROOT, leases: OPEN, set_aside: [] } },
];

const SHOW: Cases[string] = [
  {
    args: ["3"],
    onlyLooks: true,
    data: {
      root: ROOT,
      lease: { ...UNHELD, holder_state: "unknown" },
      history: [{ ...UNHELD, holder_state: "unknown" }],
    },
  },
  { args: ["9"], onlyLooks: true, exitCode: 1, error: "LEASE_NOT_FOUND" },
];

const CLEAR: Cases[string] = [
  { args: ["1"], data: { root: ROOT, lease: CRASHED, cleared: 1 } },
  { args: ["3", "--force"], data: { root: ROOT, lease: UNHELD, cleared: 1 } },
  { args: ["3"], exitCode: 1, error: "LEASE_OPEN" },
];

const CRASH: Cases[string] = [
  {
    args: ["3", "--reason", "the agent gave up"],
    data: {
      root: ROOT,
      lease: {
        ...UNHELD,
        lease_state: "crashed",
        crashed_at: NOW,
        crash_reason: "the agent gave up",
      },
    },
  },
  { args: ["3"], exitCode: 2, error: "CABINET_USAGE" },
];

export const LEASES: Cases = {
  "lease list": LIST,
  "registry-list": LIST,
  "registry list": LIST,
  "lease show": SHOW,
  "registry-show": SHOW,
  "registry show": SHOW,
  "lease clear": CLEAR,
  "registry-clear": CLEAR,
  "registry clear": CLEAR,
  "lease crash": CRASH,
  "registry-crash": CRASH,
  "registry crash": CRASH,
  "lease run": [
    {
      args: ["5", "--agent", "b", "--", "true"],
      data: { root: ROOT, lease: { ...RUN, agent_id: "b" }, exitCode: 0, signal: null },
    },
    {
      args: ["5", "--", "sh", "-c", "exit 3"],
      exitCode: 3,
      data: { root: ROOT, lease: RUN, exitCode: 3, signal: null },
    },
    { args: ["3", "--", "true"], exitCode: 1, error: "LEASE_HELD" },
    { args: ["5", "--", "no-such-command"], exitCode: 127, error: "CABINET_COMMAND_NOT_STARTED" },
  ],
  "lease grant": [
    {
      args: ["5", "--agent", "claude-1", "--write", "src/**", "--ttl", "2h"],
      data: {
        root: ROOT,
        lease: {
          ...GRANTED,
          agent_id: "claude-1",
          write_set: ["src/**"],
          expires_at: LATER,
          ttl_ms: 7_200_000,
        },
      },
    },
    { args: ["3"], exitCode: 1, error: "LEASE_HELD" },
  ],
  "lease heartbeat": [
    {
      args: ["3", "--ttl", "30m"],
      data: {
        root: ROOT,
        lease: { ...UNHELD, heartbeat_at: NOW, expires_at: LATER, ttl_ms: 1_800_000 },
      },
    },
    { args: ["1"], exitCode: 1, error: "LEASE_NOT_OPEN" },
  ],
  "lease close": [
    {
      args: ["3", "--epoch", "1"],
      data: { root: ROOT, lease: { ...UNHELD, lease_state: "closed", closed_at: NOW } },
    },
    { args: ["3", "--epoch", "2"], exitCode: 1, error: "LEASE_FENCED" },
  ],
  "lease reclaim": [
    {
      args: ["4"],
      data: {
        root: ROOT,
        lease: {
          ...DEAD,
          lease_state: "crashed",
          crashed_at: NOW,
          crash_reason: "reclaimed: its holder, process 4000000 on <host>, is gone",
        },
      },
    },
    { args: ["2"], exitCode: 1, error: "LEASE_HELD" },
  ],
  "lease conflicts": [
    {
      args: ["src/**", "--phase", "3"],
      onlyLooks: true,
      data: {
        root: ROOT,
        conflicts: [
          conflict("2", "alive", "src/**", "src/**"),
          conflict("4", "dead", "src/a.ts", "src/**"),
        ],
      },
    },
    {
      args: ["src/a.ts", "--exit-code"],
      onlyLooks: true,
      exitCode: 1,
      data: {
        root: ROOT,
        conflicts: [
          conflict("2", "alive", "src/**", "src/a.ts"),
          conflict("3", "unknown", "src/a.ts", "src/a.ts"),
          conflict("4", "dead", "src/a.ts", "src/a.ts"),
        ],
      },
    },
    {
      args: ["--phase", "4"],
      onlyLooks: true,
      data: {
        root: ROOT,
        conflicts: [
          { ...conflict("2", "alive", "src/**", "src/a.ts"), other_phase_id: "4" },
          { ...conflict("3", "unknown", "src/a.ts", "src/a.ts"), other_phase_id: "4" },
        ],
      },
    },
  ],
};

function conflict(phase_id: string, holder_state: string, write: string, other: string): object {
  return { phase_id, agent_id: "painter", epoch: 1, holder_state, write, other };
}
