// What is seen of an executor.
export type { Liveness } from "@x/atomic-fs";
export {
  AGENT_STATUSES,
  type AgentEntry,
  type AgentStatus,
  type RunningAgent,
} from "./agent-history.ts";
export type { Checkpoint, CheckpointRequest } from "./checkpoint.ts";
export type { Clarification, ClarificationRequest } from "./clarification-log.ts";
export { detectResume, readExecutor, type RunExecutor } from "./detect-resume.ts";
export type { Issue, LoggedIssue } from "./issue-log.ts";
export type { OpenOptions } from "./hold-run.ts";
export { joinRunState, type JoinOptions, openRunState, type RunState } from "./open-run-state.ts";
export type { PlanSummary, SummaryRequest } from "./plan-summary.ts";
export type { AgentEvent } from "./record-agent.ts";
export {
  reinitializeFromSummaries,
  type ReinitializeOptions,
} from "./reinitialize-from-summaries.ts";
export type { Reinitialized, ReinitializeRequest } from "./reinitialize.ts";
export type { FinishedPlans, Resume, ResumePoint } from "./resume.ts";
export type { RunOperations } from "./run-operations.ts";
export { listAgents, listClarifications, listIssues, readCheckpoint } from "./run-records.ts";
export { type RunHolder, RunStateError, type RunStateErrorCode } from "./run-state-error.ts";
export type { StateChanges } from "./state-changes.ts";
