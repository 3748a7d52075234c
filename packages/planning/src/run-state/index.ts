export { AGENT_STATUSES, type AgentEntry, type AgentStatus } from "./agent-history.ts";
export type { Checkpoint, CheckpointRequest } from "./checkpoint.ts";
export type { Clarification, ClarificationRequest } from "./clarification-log.ts";
export { detectResume, listAgents, readExecutor, type RunExecutor } from "./detect-resume.ts";
export type { Issue } from "./issue-log.ts";
export {
  joinRunState,
  type JoinOptions,
  openRunState,
  type OpenOptions,
  type RunState,
} from "./open-run-state.ts";
export type { AgentEvent } from "./record-agent.ts";
export {
  type Reinitialized,
  reinitializeFromSummaries,
  type ReinitializeOptions,
} from "./reinitialize-from-summaries.ts";
export type { Resume } from "./resume.ts";
export type { RunOperations } from "./run-operations.ts";
export { type RunHolder, RunStateError, type RunStateErrorCode } from "./run-state-error.ts";
export type { StateChanges } from "./state-edits.ts";
