import { oneLine } from "./one-line.ts";
import { PhaseError } from "./phase-error.ts";

// What is longer is no name of a phase, as for leases.
const MAXIMUM_ID_CHARACTERS = 200;
const MAXIMUM_REASON_CHARACTERS = 1000;

/** The id as a text: a number stands for its digits. Throws `PLANNING_PHASE_INVALID`. */
export function parsePhase(given: string | number): string {
  const isId = typeof given === "string" || (Number.isSafeInteger(given) && given >= 0);
  if (!isId) throw invalid("?", "an id is a text or a whole number");
  const phase = String(given);
  if (phase.trim() === "") throw invalid(phase, "it is empty");
  if (phase.length > MAXIMUM_ID_CHARACTERS) {
    throw invalid("?", `it is longer than ${MAXIMUM_ID_CHARACTERS} characters`);
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(phase)) throw invalid(phase, "it holds a control character");
  if (!phase.isWellFormed()) throw invalid(phase, "it is not valid Unicode");
  return phase;
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
 * `PLANNING_REASON_INVALID`, and a TypeError for a reason of nothing.
 */
export function parseOverride(
  phase: string | number,
  { force = false, reason }: OverrideRequest,
): string | undefined {
  if (!force) {
    if (reason !== undefined) throw new TypeError("a reason is given, but nothing is forced");
    return undefined;
  }
  const label = String(phase);
  if (typeof reason !== "string" || oneLine(reason) === "") {
    const why = "cannot be set to done by force without a reason";
    throw new PhaseError("PLANNING_REASON_MISSING", label, why);
  }
  if (reason.length > MAXIMUM_REASON_CHARACTERS) {
    const why = `needs a reason of at most ${MAXIMUM_REASON_CHARACTERS} characters`;
    throw new PhaseError("PLANNING_REASON_INVALID", label, why);
  }
  return reason;
}
