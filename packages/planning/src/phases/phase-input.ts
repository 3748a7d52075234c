import { phaseFault } from "@x/registry-core/leases";

import { oneLine } from "./one-line.ts";
import { PhaseError } from "./phase-error.ts";
import { type PhaseStatusWord, statusOfWord } from "./phase-status.ts";

// Of an id that is none an error shows so much.
const MOST_SHOWN_CHARACTERS = 40;
const MOST_REASON_CHARACTERS = 1000;

/** The id as a text: a number stands for its digits. Throws `PLANNING_PHASE_INVALID`. */
export function parsePhase(given: string | number): string {
  const isId = typeof given === "string" || (Number.isSafeInteger(given) && given >= 0);
  if (!isId) throw invalid("?", "an id is a text or a whole number");
  const phase = String(given);
  const fault = phaseFault(phase) ?? lineFault(phase);
  if (fault !== undefined) throw invalid(shown(phase), fault);
  return phase;
}

/** A lease may have such an id, a line of the roadmap cannot. */
function lineFault(phase: string): string | undefined {
  return /[\p{Zl}\p{Zp}]/u.test(phase) ? "it is more than one line" : undefined;
}

function shown(phase: string): string {
  if (phase.length <= MOST_SHOWN_CHARACTERS) return phase;
  return `${phase.slice(0, MOST_SHOWN_CHARACTERS).toWellFormed()}…`;
}

function invalid(phase: string, reason: string): PhaseError {
  return new PhaseError("PLANNING_PHASE_INVALID", phase, `cannot be the id of a phase: ${reason}`);
}

/** Whether and why the gate is overridden, as callers ask for it. */
export interface OverrideRequest {
  /** Sets a phase to done without its evidence, on record. Needs `reason`. */
  readonly force?: boolean | undefined;
  /** Why, in at most 1000 characters. */
  readonly reason?: string | undefined;
}

/**
 * The reason of the override, undefined without one. Throws `PLANNING_REASON_MISSING`,
 * `PLANNING_REASON_INVALID`, and a TypeError for a reason without force, or force without a gate.
 */
export function parseOverride(
  phase: string | number,
  status: PhaseStatusWord,
  { force = false, reason }: OverrideRequest,
): string | undefined {
  if (!force) {
    if (reason !== undefined) throw new TypeError("a reason is given, but nothing is forced");
    return undefined;
  }
  if (statusOfWord(status) !== "done") throw new TypeError("force is for the status done only");
  const label = String(phase);
  if (typeof reason !== "string" || oneLine(reason) === "") {
    const why = "cannot be set to done by force without a reason";
    throw new PhaseError("PLANNING_REASON_MISSING", label, why);
  }
  if (reason.length > MOST_REASON_CHARACTERS) {
    const why = `needs a reason of at most ${MOST_REASON_CHARACTERS} characters`;
    throw new PhaseError("PLANNING_REASON_INVALID", label, why);
  }
  return reason;
}
