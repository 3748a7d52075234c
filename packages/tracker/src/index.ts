export type { ActivityEntry, StoredActivity } from "./activity.ts";
export type { HostAgent, HostPayload } from "./agent-in-payload.ts";
export type { AgentChange } from "./agent-change.ts";
export type { AgentData, AgentIdentity, AgentStatus, StoredAgent } from "./agent.ts";
export type { CommitData, StoredCommit } from "./commit.ts";
export type { CommunicationScoreEvent, StoredCommunication } from "./communication-event.ts";
export { compareSetups, type SetupComparison, type SetupFacts } from "./compare-setups.ts";
export type { DatabaseConfig, MigrationResult } from "./database-config.ts";
export type { AgentState, Database, EventDatabase, FlushResult, JournalFlush } from "./database.ts";
export { TrackerError, type TrackerErrorCode } from "./errors.ts";
export type { AppliedBatch, EventBatch } from "./event-transaction.ts";
export type { Failure } from "./failure.ts";
export { type Grade, GRADE_LABELS, isGrade } from "./grade.ts";
export { MemoryDatabase, MemoryDatabase as MockDatabase } from "./memory-database.ts";
export type { PluginConfig } from "./plugin-config.ts";
export type { PruneOptions, PruneResult } from "./prune.ts";
export type { RetrospectiveEntry, StoredRetrospective } from "./retrospective.ts";
export type { ScorePoint, StoredScore } from "./score-history.ts";
export {
  type AgentScore,
  applyScoreEvent,
  createAgentScore,
  type ScoreEvent,
  SCORING_POLICY,
} from "./score.ts";
export type { AddMissingResult, CommitFilter, TrackRecord } from "./track-record.ts";
export type { CommitName, NumberedEvent, TrackerEvent } from "./tracker-event.ts";
export { parseTrackerRecord, type TrackerRecord } from "./tracker-record.ts";
export type { Stored } from "./stored.ts";
export type { Toast, TrackingClient } from "./tracking-client.ts";
export { TrackingService, type TrackingOptions } from "./tracking-service.ts";
export { type ScoreFacts, WriteBuffer, type WriteBufferOptions } from "./write-buffer.ts";
