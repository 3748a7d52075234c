// What is seen of the holder of a lease.
export type { HolderState } from "@x/registry-core/leases";
export { checkGate } from "./check-gate.ts";
export { closeoutReport, type CloseoutRequest } from "./closeout-report.ts";
export type { CloseoutReport, Finding, LeaseLine } from "./closeout.ts";
export type { Gate } from "./gate-rule.ts";
export { PhaseError, type PhaseErrorCode } from "./phase-error.ts";
export {
  isPhaseStatusWord,
  PHASE_STATUS_WORDS,
  type PhaseStatus,
  type PhaseStatusWord,
} from "./phase-status.ts";
export type { OverrideRequest } from "./phase-input.ts";
export { readPhases, requirePhase } from "./read-phases.ts";
export type { Phase } from "./roadmap.ts";
export {
  setPhaseStatus,
  type PhaseTransition,
  type SetPhaseStatusOptions,
} from "./set-phase-status.ts";
