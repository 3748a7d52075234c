/**
 * Why something cannot be recorded, or is no such document: thrown by the pure rules, which know no
 * paths. Who calls them makes a `RunStateError` of it.
 */
export class RunFault extends Error {
  override readonly name = "RunFault";
  readonly code: RunFaultCode;

  constructor(code: RunFaultCode, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.code = code;
  }
}

type RunFaultCode =
  | "PLANNING_RUN_DAMAGED"
  | "PLANNING_RUN_NEWER"
  | "PLANNING_RUN_FULL"
  | "PLANNING_RUN_INVALID"
  | "PLANNING_AGENT_RUNNING"
  | "PLANNING_AGENT_UNKNOWN"
  | "PLANNING_SUMMARY_EXISTS"
  | "PLANNING_CLARIFICATION_UNKNOWN";

/** Of a file that holds no such document. */
export function damaged(reason: string, cause?: unknown): RunFault {
  return new RunFault("PLANNING_RUN_DAMAGED", reason, cause);
}

/** Of what a caller gave. */
export function invalid(reason: string): RunFault {
  return new RunFault("PLANNING_RUN_INVALID", reason);
}
