import { resolve } from "node:path";

import { RegistryError } from "@x/registry-core";
import {
  holderStateOf,
  latestLeases,
  listSetAside,
  peekLeases,
  registryExists,
  registryPath,
} from "@x/registry-core/leases";

import { PlanningError } from "../errors.ts";
import { checkGate } from "./check-gate.ts";
import { closeoutOf } from "./closeout-rule.ts";
import type { CloseoutFacts, CloseoutReport, Finding, RegistryFacts } from "./closeout.ts";
import { nextPhase } from "./next-phase.ts";
import { PhaseError } from "./phase-error.ts";
import { parsePhase } from "./phase-input.ts";
import { readPhases, requirePhase } from "./read-phases.ts";

/** Which phase is to be closed out, and where the roadmap and the leases are. */
export interface CloseoutRequest {
  /** The folder of `.planning/` with the roadmap. */
  readonly root: string;
  /** The folder of the registry of leases, as `findRoots` has it. */
  readonly leaseRoot: string;
  /** Default: the last one in the roadmap that is done. */
  readonly phase?: string | number | undefined;
  /** Default: the system's clock. */
  readonly now?: Date | undefined;
}

/**
 * What stands in the way of closing the phase out: open leases of other phases, evidence that is missing,
 * and whatever of that cannot be found out. Changes nothing, a damaged registry neither. Throws
 * `PhaseError` (`PLANNING_PHASE_INVALID`, `PLANNING_NO_PHASE_DONE`), without a phase `PlanningError`, and a
 * TypeError without its two folders.
 */
export function closeoutReport(request: CloseoutRequest): CloseoutReport {
  assertRequest(request);
  const { root, leaseRoot, phase, now = new Date() } = request;
  const id = phase === undefined ? lastDone(root) : parsePhase(phase);
  const faults: Finding[] = [];
  const gate = noting(faults, () => checkGate(root, id, { now }));
  const listed = lookUp(root, id);
  const registry = registryFacts(resolve(leaseRoot), now);
  return closeoutOf({
    ...listed,
    gate,
    // The phase first.
    faults: [...listed.faults, ...faults],
    registry,
    // Behind the leases: what is set aside while they are read is told as well.
    setAside: listSetAside(resolve(leaseRoot)),
  });
}

function assertRequest(request: Partial<CloseoutRequest> | undefined): void {
  for (const name of ["root", "leaseRoot"] as const) {
    if (typeof request?.[name] === "string") continue;
    throw new TypeError(`the closeout needs a request with its ${name}: a folder`);
  }
}

function lastDone(root: string): string {
  const phase = readPhases(root).findLast(({ status }) => status === "done");
  if (phase !== undefined) return phase.id;
  const reason = "no phase of .planning/ROADMAP.md is done, and none was named";
  throw new PhaseError("PLANNING_NO_PHASE_DONE", "", reason);
}

/** What the roadmap says of the phase. */
function lookUp(
  root: string,
  id: string,
): Pick<CloseoutFacts, "phase" | "phaseStatus" | "nextPhase" | "roadmapWarning" | "faults"> {
  const unlisted = { phase: id, phaseStatus: undefined };
  try {
    const phase = requirePhase(root, id);
    const next = nextPhase(readPhases(root), phase)?.id;
    return { phase: phase.id, phaseStatus: phase.status, nextPhase: next, faults: [] };
  } catch (error) {
    const finding = findingOf(error);
    const isWarning = ["PLANNING_PHASE_NOT_FOUND", "PLANNING_ROADMAP_MISSING"].includes(
      finding.code,
    );
    if (isWarning) return { ...unlisted, roadmapWarning: finding, faults: [] };
    return { ...unlisted, faults: [finding] };
  }
}

function registryFacts(leaseRoot: string, now: Date): RegistryFacts | undefined {
  if (!registryExists(leaseRoot)) return undefined;
  const path = registryPath(leaseRoot);
  const faults: Finding[] = [];
  const leases = noting(faults, () => latestLeases(peekLeases(leaseRoot))) ?? [];
  const clock = { now: () => now };
  const seen = leases.map((lease) => ({ lease, holderState: holderStateOf(lease, { clock }) }));
  return { path, leases: seen, fault: faults[0] };
}

function noting<R>(faults: Finding[], look: () => R): R | undefined {
  try {
    return look();
  } catch (error) {
    faults.push(findingOf(error));
    return undefined;
  }
}

/** What could not be found out is part of the report; a fault of the program is not. */
function findingOf(error: unknown): Finding {
  const isKnown =
    error instanceof PhaseError || error instanceof PlanningError || error instanceof RegistryError;
  if (!isKnown) throw error;
  return { code: error.code, message: error.message };
}
