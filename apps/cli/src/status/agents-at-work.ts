import type { RunExecutor, RunningAgent } from "@x/planning/run-state";
import type { SeenJournal } from "@x/tracker/host";

import type { LeaseData } from "../leases/lease-data.ts";

/** Somebody whose process lives, as far as can be seen from here. */
export interface AgentAtWork {
  /** As it calls itself; null where it has said no name. */
  readonly agent: string | null;
  readonly work: { readonly kind: "lease" | "run" | "client"; readonly of: string | null };
  readonly pid: number | null;
  /** An ISO time; null where it is not known. */
  readonly since: string | null;
}

/** A run, who has it, and the agent that its history has at work. */
export interface RunAtWork {
  readonly name: string;
  readonly executor: RunExecutor | null;
  readonly agent: RunningAgent | null;
}

/** What tells of agents. */
export interface Traces {
  readonly leases: readonly LeaseData[];
  readonly runs: readonly RunAtWork[];
  readonly journals: readonly SeenJournal[];
}

/** Those who hold a lease, have a run, or are a client whose events are noted; nobody who is known to be gone. */
export function agentsAtWork({ leases, runs, journals }: Traces): AgentAtWork[] {
  return [
    ...leases.filter(({ holder_state }) => holder_state === "alive").map(ofLease),
    ...runs.flatMap(ofRun),
    ...journals.filter(({ writer }) => writer === "alive").map(ofJournal),
  ];
}

function ofLease({ agent_id, phase_id, holder, granted_at }: LeaseData): AgentAtWork {
  return {
    agent: agent_id || null,
    work: { kind: "lease", of: phase_id },
    pid: holder?.pid ?? null,
    since: granted_at || null,
  };
}

/** The agent of the history stands for its executor, which has started it. */
function ofRun({ name, executor, agent }: RunAtWork): AgentAtWork[] {
  if (executor?.liveness !== "alive") return [];
  return [
    {
      agent: agent?.agent_id ?? executor.executor ?? null,
      work: { kind: "run", of: name },
      pid: executor.pid ?? null,
      since: agent?.timestamp ?? executor.since ?? null,
    },
  ];
}

function ofJournal({ pid }: SeenJournal): AgentAtWork {
  return { agent: null, work: { kind: "client", of: null }, pid: pid ?? null, since: null };
}
