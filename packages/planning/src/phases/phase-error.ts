/** Why something about a phase could not be done. Stable within a major version; messages are not. */
export type PhaseErrorCode =
  /** Neither a text that can be an id nor a whole number. Nothing was read. */
  | "PLANNING_PHASE_INVALID"
  /** The reason of an override that does not say anything, or too much. Nothing was read. */
  | "PLANNING_REASON_INVALID"
  /** An override without its reason. Nothing was read. */
  | "PLANNING_REASON_MISSING"
  /** There is no `.planning/ROADMAP.md`. */
  | "PLANNING_ROADMAP_MISSING"
  /** No line of the roadmap is about the phase, but for archived ones and those of another form. */
  | "PLANNING_PHASE_NOT_FOUND"
  /** Several lines of the roadmap, or several folders, are about the phase. */
  | "PLANNING_PHASE_AMBIGUOUS"
  /** The phase cannot be done: see `missing`. */
  | "PLANNING_GATE_REFUSED"
  /** A closeout without a phase, where none is done. */
  | "PLANNING_NO_PHASE_DONE";

/** Something about phases that could not be done. Nothing was changed. */
export class PhaseError extends Error {
  override readonly name = "PhaseError";
  readonly code: PhaseErrorCode;
  /** As it was given, cut short where it cannot be an id; empty where there was none. */
  readonly phase: string;
  /** Without the name of the phase. */
  readonly reason: string;
  /** What the gate misses, each with its path and why. */
  readonly missing: readonly string[];

  constructor(
    code: PhaseErrorCode,
    phase: string,
    reason: string,
    missing: readonly string[] = [],
  ) {
    super(phase === "" ? reason : `phase ${phase} ${reason}`);
    this.code = code;
    this.phase = phase;
    this.reason = reason;
    this.missing = missing;
  }
}
