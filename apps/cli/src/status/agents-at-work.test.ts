import { expect, test } from "vitest";

import type { RunExecutor } from "@x/planning/run-state";
import type { HolderState, Lease } from "@x/registry-core/leases";

import { agentsAtWork, type RunAtWork, type Traces } from "./agents-at-work.ts";

const NOBODY: Traces = { leases: [], runs: [], journals: [] };
const since = "2026-03-01T10:00:00.000Z";

function lease(holder_state: HolderState, fields: Partial<Lease> = {}) {
  return {
    phase_id: "3",
    worktree_path: "/home/me/shop",
    agent_id: "builder",
    branch_name: "main",
    lease_state: "open" as const,
    granted_at: since,
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set: [],
    provenance_hash: null,
    ...fields,
    holder_state,
  };
}

function run(liveness: RunExecutor["liveness"], agent: RunAtWork["agent"] = null): RunAtWork {
  const executor = { executor: "claude-1", pid: 7, host: "nb", since, liveness };
  return { name: "login", executor, agent };
}

function journal(writer: "alive" | "dead" | "unknown") {
  const nothing = { paths: [], events: 0, damagedLines: 0, fault: undefined };
  return { stream: "a", writer, pid: 9, ...nothing };
}

test("a lease is somebody's work only where its holder is seen to live", () => {
  const leases = (["dead", "expired", "unknown", "alive"] as const).map((state) => lease(state));
  expect(agentsAtWork({ ...NOBODY, leases })).toEqual([
    { agent: "builder", work: { kind: "lease", of: "3" }, pid: null, since },
  ]);
});

test("who has said no name, and when nobody knows, is null", () => {
  const leases = [lease("alive", { agent_id: "", granted_at: "" })];
  expect(agentsAtWork({ ...NOBODY, leases })).toEqual([
    { agent: null, work: { kind: "lease", of: "3" }, pid: null, since: null },
  ]);
});

test("a run is that of its executor, or of the agent that it has started, while the executor lives", () => {
  const work = { kind: "run", of: "login" };
  const agent = {
    agent_id: "a-7",
    agent_type: "builder",
    task_description: "",
    plan: "02-1",
    timestamp: "2026-03-01T11:00:00.000Z",
    status: "spawned" as const,
    completion_timestamp: null,
  };
  const runs = [run("dead", agent), run("unknown"), run("alive"), run("alive", agent)];
  const none = { name: "search", executor: null, agent };
  expect(agentsAtWork({ ...NOBODY, runs: [...runs, none] })).toEqual([
    { agent: "claude-1", work, pid: 7, since },
    { agent: "a-7", work, pid: 7, since: "2026-03-01T11:00:00.000Z" },
  ]);
});

test("a client is one whose journal's process lives", () => {
  const journals = [journal("dead"), journal("unknown"), journal("alive")];
  expect(agentsAtWork({ ...NOBODY, journals })).toEqual([
    { agent: null, work: { kind: "client", of: null }, pid: 9, since: null },
  ]);
});
