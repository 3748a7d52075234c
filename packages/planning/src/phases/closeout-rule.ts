import { isSamePhase } from "@x/registry-core/leases";

import type { CloseoutFacts, CloseoutReport, Finding, LeaseLine, SeenLease } from "./closeout.ts";
import { isStale } from "./is-stale.ts";
import { nextSafeAction } from "./next-safe-action.ts";

/** What the facts mean for a closeout. */
export function closeoutOf(facts: CloseoutFacts): CloseoutReport {
  const { phase, registry, gate } = facts;
  const lines = (registry?.leases ?? []).flatMap((seen) => lineOf(seen, phase) ?? []);
  const evidence = (gate?.missing ?? []).map((message): Finding => ({
    code: EVIDENCE_MISSING,
    message,
  }));
  const isDone = facts.phaseStatus === "done";
  const blockers = [
    ...[registry?.fault ?? []].flat(),
    ...facts.faults,
    ...lines.filter(({ tag }) => tag === "BLOCK").map(blockerOf),
    ...(isDone ? [] : evidence),
  ];
  const warnings = [
    ...[facts.roadmapWarning ?? []].flat(),
    ...setAsideWarning(facts.setAside),
    ...(isDone ? evidence : []),
    ...lines
      .filter(({ tag }) => tag === "INFO")
      .filter(isStale)
      .map(staleOf),
    ...(registry?.leases ?? []).flatMap((seen) => crashOf(seen, phase) ?? []),
  ];
  const status = statusOf(blockers, warnings);
  return {
    phase,
    status,
    blockers,
    warnings,
    next_safe_action: nextSafeAction(facts, lines, { blockers, warnings }),
    gate: gate ?? null,
    ...(registry !== undefined && { registry: { path: registry.path, leases: lines } }),
  };
}

const EVIDENCE_MISSING = "CLOSEOUT_EVIDENCE_MISSING";

function statusOf(
  blockers: readonly Finding[],
  warnings: readonly Finding[],
): CloseoutReport["status"] {
  if (blockers.length > 0) return "blocked";
  return warnings.length > 0 ? "warnings" : "clear";
}

function lineOf({ lease, holderState }: SeenLease, phase: string): LeaseLine | undefined {
  if (lease.lease_state !== "open") return undefined;
  const { phase_id, agent_id, branch_name, worktree_path, granted_at, epoch = null } = lease;
  return {
    tag: isSamePhase(phase_id, phase) ? "INFO" : "BLOCK",
    phase_id,
    agent_id,
    branch_name,
    worktree_path,
    granted_at,
    holder_state: holderState,
    epoch,
  };
}

function blockerOf(lease: LeaseLine): Finding {
  return { code: "CLOSEOUT_LEASE_OPEN", message: openLease(lease) };
}

/** Of the phase itself, where nobody is left to end it. */
function staleOf(lease: LeaseLine): Finding {
  return { code: "CLOSEOUT_LEASE_STALE", message: openLease(lease) };
}

function openLease({ phase_id, agent_id, holder_state, worktree_path }: LeaseLine): string {
  const agent = agent_id === null ? "" : ` of ${agent_id}`;
  const where = worktree_path === "" ? "" : ` in ${worktree_path}`;
  const holder = `its holder is ${holder_state}`;
  return `phase ${phase_id} has an open lease${agent}${where}; ${holder}`;
}

function crashOf({ lease }: SeenLease, phase: string): Finding | undefined {
  const { phase_id, lease_state, crashed_at, crash_reason } = lease;
  if (lease_state !== "crashed" || !isSamePhase(phase_id, phase)) return undefined;
  const time = crashed_at === null ? "" : ` at ${crashed_at}`;
  const why = crash_reason === null ? "" : `: ${crash_reason}`;
  const message = `the last lease of phase ${phase_id} was marked as crashed${time}${why}`;
  return { code: "CLOSEOUT_LEASE_CRASHED", message };
}

function setAsideWarning(paths: readonly string[]): Finding[] {
  if (paths.length === 0) return [];
  const [subject, pronoun] =
    paths.length === 1 ? ["a damaged registry was", "it"] : ["damaged registries were", "they"];
  const message = `${subject} set aside, and the leases that ${pronoun} held are not known: ${paths.join(", ")}`;
  return [{ code: "CLOSEOUT_REGISTRY_SET_ASIDE", message }];
}
