export type { ActivityEntry, StoredActivity } from "./records/activity.ts";
export type { HostAgent, HostPayload } from "./agent-in-payload.ts";
export type { AgentChange } from "./records/agent-change.ts";
export type { AgentData, AgentIdentity, AgentStatus, StoredAgent } from "./records/agent.ts";
export type { CommitData, StoredCommit } from "./records/commit.ts";
export type {
  CommunicationScoreEvent,
  StoredCommunication,
} from "./records/communication-event.ts";
export { compareSetups, type SetupComparison, type SetupFacts } from "./compare-setups.ts";
export type { DatabaseConfig, MigrationResult } from "./database-config.ts";
export type { AgentState, Database, EventDatabase, FlushResult, JournalFlush } from "./database.ts";
export { TrackerError, type TrackerErrorCode } from "./errors.ts";
export type { AppliedBatch, EventBatch } from "./events/event-transaction.ts";
export type { Failure } from "./failure.ts";
export { type Grade, GRADE_LABELS, isGrade } from "./records/grade.ts";
export { MemoryDatabase, MemoryDatabase as MockDatabase } from "./memory-database.ts";
export type { PluginConfig } from "./plugin-config.ts";
export type { PruneOptions, PruneResult } from "./prune.ts";
export type { RetrospectiveEntry, StoredRetrospective } from "./records/retrospective.ts";
export type { ScorePoint, StoredScore } from "./records/score-history.ts";
export {
  type AgentScore,
  applyScoreEvent,
  createAgentScore,
  type ScoreEvent,
  SCORING_POLICY,
} from "./score.ts";
export type { AddMissingResult, CommitFilter, TrackRecord } from "./track-record.ts";
export type { CommitName, NumberedEvent, TrackerEvent } from "./events/tracker-event.ts";
export { parseTrackerRecord, type TrackerRecord } from "./records/tracker-record.ts";
export type { Stored } from "./records/stored.ts";
export type { Toast, TrackingClient } from "./tracking-client.ts";
export { TrackingService, type TrackingOptions } from "./tracking-service.ts";
export { type ScoreFacts, WriteBuffer, type WriteBufferOptions } from "./write-buffer.ts";
