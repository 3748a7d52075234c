import { readBounded } from "../read-bounded.ts";
import { parsePhase } from "./phase-input.ts";
import { readRoadmap, requireRoadmap, roadmapPath } from "./roadmap-file.ts";
import { type Phase, type PhaseLine, requireLine } from "./roadmap.ts";

/**
 * The phases of `.planning/ROADMAP.md` in the order of its lines, without those inside of `<details>`.
 * None where there is no roadmap. Throws `PlanningError`.
 */
export function readPhases(root: string): Phase[] {
  const lines = readRoadmap(root)?.phases ?? [];
  return lines.filter(({ isArchived }) => !isArchived).map(phaseOf);
}

/**
 * The phase as its line in the roadmap has it. Throws `PlanningError` and `PhaseError`:
 * `PLANNING_PHASE_INVALID`, `PLANNING_ROADMAP_MISSING`, `PLANNING_PHASE_NOT_FOUND`,
 * `PLANNING_PHASE_AMBIGUOUS`.
 */
export function requirePhase(root: string, phase: string | number): Phase {
  const id = parsePhase(phase);
  const path = roadmapPath(root);
  return phaseOf(requireLine(requireRoadmap(path, readBounded(path), id), id));
}

function phaseOf({ id, title, status, line }: PhaseLine): Phase {
  return { id, title, status, line };
}
