import type { HolderState, Lease } from "@x/registry-core/leases";

import type { Gate } from "./gate-rule.ts";
import type { PhaseStatus } from "./phase-status.ts";

/** What is asked when a phase is to be closed out, and what the answer looks like. */

/** Something that stands in the way of a closeout, or that a person should know. */
export interface Finding {
  readonly code: string;
  readonly message: string;
}

/** An open lease, as the report shows it. */
export interface LeaseLine {
  /** `BLOCK`: of another phase. `INFO`: of the phase itself. */
  readonly tag: "BLOCK" | "INFO";
  readonly phase_id: string;
  readonly agent_id: string | null;
  readonly branch_name: string;
  readonly worktree_path: string;
  readonly granted_at: string;
  readonly holder_state: HolderState;
  /** Null for a lease of an older tool. */
  readonly epoch: number | null;
}

/** What stands in the way of closing a phase out, and what to do next. All its keys but `gate` are the original's. */
export interface CloseoutReport {
  readonly phase: string;
  /** `blocked` where there are blockers, else `warnings` where there are some. */
  readonly status: "clear" | "warnings" | "blocked";
  readonly blockers: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** One sentence, with a command to run unless all is done. */
  readonly next_safe_action: string;
  /** What the gate says of the phase; null where it could not be asked. */
  readonly gate: Gate | null;
  /** Only where there is a registry of leases. */
  readonly registry?: { readonly path: string; readonly leases: readonly LeaseLine[] };
}

/** A lease, and what is seen of its holder. */
export interface SeenLease {
  readonly lease: Lease;
  readonly holderState: HolderState;
}

/** What is known when a phase is to be closed out. */
export interface CloseoutFacts {
  readonly phase: string;
  /** Undefined where the roadmap does not say. */
  readonly phaseStatus: PhaseStatus | undefined;
  /** Why it does not. */
  readonly roadmapWarning?: Finding | undefined;
  /** What could not be found out about the phase, or about its gate. */
  readonly faults: readonly Finding[];
  /** Undefined where it could not be asked. */
  readonly gate: Gate | undefined;
  /** The phase to go on with; undefined where all others are done. */
  readonly nextPhase?: string | undefined;
  /** The paths of damaged registries that were set aside. */
  readonly setAside: readonly string[];
  /** Undefined where there is none. */
  readonly registry?: RegistryFacts | undefined;
}

export interface RegistryFacts {
  readonly path: string;
  /** Of each phase the latest. */
  readonly leases: readonly SeenLease[];
  /** Why they could not be read. */
  readonly fault?: Finding | undefined;
}
