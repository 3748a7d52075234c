import { resolve } from "node:path";

import { bytesIn } from "../byte-text.ts";
import { readBounded } from "../read-bounded.ts";
import { updateFileSync } from "../update-file.ts";
import type { Gate } from "./gate-rule.ts";
import { passGate } from "./pass-gate.ts";
import { type OverrideRequest, parseOverride, parsePhase } from "./phase-input.ts";
import {
  isPhaseStatusWord,
  type PhaseStatus,
  type PhaseStatusWord,
  statusOfWord,
} from "./phase-status.ts";
import { withPhaseStatus } from "./roadmap-edit.ts";
import { requireRoadmap, roadmapPath } from "./roadmap-file.ts";
import { requireLine } from "./roadmap.ts";

/** How a gate is passed that is shut, and how long to wait for the roadmap. */
export interface SetPhaseStatusOptions extends OverrideRequest {
  /** Default: the system's clock. */
  readonly now?: Date | undefined;
  /** How long to wait for the roadmap's lock. Default 10 000. */
  readonly timeoutMilliseconds?: number | undefined;
}

/** What became of a phase. */
export interface PhaseTransition {
  /** Its id as the roadmap has it. */
  readonly phase: string;
  readonly title: string;
  readonly previous: PhaseStatus;
  readonly status: PhaseStatus;
  /** Whether the roadmap was written. */
  readonly isChanged: boolean;
  /** Undefined where it was not asked: for any other status than done, and for a phase that is done. */
  readonly gate: Gate | undefined;
  /** The entry of the lessons learned about a gate that was overridden, such as `LL-7`. */
  readonly recorded: string | undefined;
}

/**
 * Sets the status of a phase in `.planning/ROADMAP.md`: the marker of its one line, and the `**Status**:`
 * of its section where there is one. Every other byte stays, and what is inside of `<details>`; a roadmap
 * that says so already is not written. Atomic, exclusive, durable.
 *
 * To be done, a phase must pass its gate, as `checkGate` has it, under the lock of the roadmap. By force
 * it is done without, and what was missing and why is recorded in the lessons learned first; once, also
 * when a process is killed in between and the call made again.
 *
 * Throws `PhaseError`: `PLANNING_PHASE_INVALID`, `PLANNING_REASON_MISSING`, `PLANNING_REASON_INVALID`,
 * `PLANNING_ROADMAP_MISSING`, `PLANNING_PHASE_NOT_FOUND`, `PLANNING_PHASE_AMBIGUOUS`,
 * `PLANNING_GATE_REFUSED`; `PlanningError`; `WriteError`, `LockedError`, `LockLostError` of
 * `@x/atomic-fs`. A TypeError for force with any other status.
 */
export function setPhaseStatus(
  root: string,
  phase: string | number,
  status: PhaseStatusWord,
  options: SetPhaseStatusOptions = {},
): PhaseTransition {
  if (!isPhaseStatusWord(status)) throw new TypeError(`there is no status ${String(status)}`);
  const reason = parseOverride(phase, status, options);
  const id = parsePhase(phase);
  const { now = new Date(), timeoutMilliseconds } = options;
  const path = roadmapPath(root);
  // Where there is none, and for what is not in it, no lock is needed.
  requireLine(requireRoadmap(path, readBounded(path), id), id);
  return updateFileSync(
    path,
    // An override is recorded in here: under the lock, and before the roadmap changes.
    (bytes) => {
      const roadmap = requireRoadmap(path, bytes, id);
      const line = requireLine(roadmap, id);
      const text = withPhaseStatus(roadmap, line, status);
      const isChanged = text !== roadmap.text;
      const { id: written, title, status: previous } = line;
      const next = statusOfWord(status);
      const isGated = next === "done" && previous !== "done";
      const passage = isGated
        ? passGate(resolve(root), { phase: written, path, reason, now, timeoutMilliseconds })
        : { gate: undefined, recorded: undefined };
      const facts = { phase: written, title, previous, status: next, isChanged };
      return {
        data: isChanged ? bytesIn(text) : undefined,
        result: { ...facts, ...passage },
      };
    },
    { timeoutMilliseconds },
  );
}
