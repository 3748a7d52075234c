import { type AgentEntry, parseHistory } from "./agent-history.ts";
import { changeRunFile } from "./change-run-file.ts";
import { changedState } from "./changed-state.ts";
import {
  assertCheckpoint,
  type Checkpoint,
  type CheckpointRequest,
  nextCheckpoint,
  parseCheckpoint,
} from "./checkpoint.ts";
import {
  assertClarification,
  type Clarification,
  type ClarificationRequest,
  recordClarificationIn,
} from "./clarification-log.ts";
import { historyWithoutFile, noteCurrentAgent } from "./current-agent.ts";
import { appendIssueTo, assertIssue, type Issue } from "./issue-log.ts";
import { renderJson } from "./json-document.ts";
import { bytesOf, openLog, readLog } from "./markdown-log.ts";
import { assertSummary, type PlanSummary, type SummaryRequest } from "./plan-summary.ts";
import { type AgentEvent, assertAgentEvent, recordAgentIn } from "./record-agent.ts";
import { type Reinitialized, reinitialize, type ReinitializeRequest } from "./reinitialize.ts";
import type { RunFence } from "./run-fence.ts";
import { about, runPath } from "./run-files.ts";
import { assertStateChanges, STATE_START, type StateChanges } from "./state-changes.ts";
import { writeSummary } from "./write-summary.ts";

/**
 * What changes a run. Each call is atomic, exclusive, and fenced by the token of the run; it is durable
 * when its promise resolves, but for `appendIssue` and `recordClarification`, whose last change a power
 * cut may undo. Each throws `RunStateError` (`PLANNING_RUN_LOST`, `PLANNING_RUN_INVALID`,
 * `PLANNING_RUN_DAMAGED`, `PLANNING_RUN_FULL`), `PlanningError`, and `WriteError`, `LockedError`,
 * `LockLostError` of `@x/atomic-fs`.
 */
export interface RunOperations {
  readonly folder: string;
  /** Lets the processes that work for this executor in, by `joinRunState`. */
  readonly token: string;
  /**
   * Notes that an agent has begun, goes on, or has ended. Throws also `PLANNING_AGENT_RUNNING` and
   * `PLANNING_AGENT_UNKNOWN`.
   */
  readonly recordAgent: (event: AgentEvent) => Promise<AgentEntry>;
  /** Notes how far the work on a plan has come. */
  readonly writeCheckpoint: (request: CheckpointRequest) => Promise<Checkpoint>;
  /** Writes the summary of a plan, which is over by that. Throws also `PLANNING_SUMMARY_EXISTS`. */
  readonly writeSummary: (request: SummaryRequest) => Promise<PlanSummary>;
  /** Puts fields and sections into `STATE.md`, all or none; those that are not there are added. */
  readonly writeState: (changes: StateChanges) => Promise<void>;
  /** Adds an issue to `ISSUES.md`, and gives its id. */
  readonly appendIssue: (issue: Issue) => Promise<string>;
  /**
   * Adds a question to `clarifications.md`, or the answer to one. Throws also
   * `PLANNING_CLARIFICATION_UNKNOWN`.
   */
  readonly recordClarification: (request: ClarificationRequest) => Promise<Clarification>;
  /**
   * As `reinitializeFromSummaries`, for whoever has the run. Throws also `PLANNING_RUN_SOUND`,
   * `PLANNING_RUN_NEWER`.
   */
  readonly reinitialize: (request?: ReinitializeRequest) => Promise<Reinitialized>;
}

export function runOperations(fence: RunFence, now: () => Date): RunOperations {
  const { folder, token } = fence;
  return {
    folder,
    token,
    recordAgent: async (event) => {
      about(runPath(folder, "history"), () => assertAgentEvent(event));
      return fence.inside(() => recordAgent(folder, event, now()));
    },
    writeCheckpoint: async (request) => {
      about(runPath(folder, "checkpoint"), () => assertCheckpoint(request));
      return fence.inside(() => writeCheckpoint(folder, request));
    },
    writeSummary: async (request) => {
      about(runPath(folder, "summaries"), () => assertSummary(request));
      return fence.inside(() => writeSummary(folder, request));
    },
    writeState: async (changes) => {
      about(runPath(folder, "state"), () => assertStateChanges(changes));
      return fence.inside(() => writeState(folder, changes));
    },
    appendIssue: async (issue) => {
      about(runPath(folder, "issues"), () => assertIssue(issue));
      return fence.inside(() => appendIssue(folder, issue, now()));
    },
    recordClarification: async (request) => {
      about(runPath(folder, "clarifications"), () => assertClarification(request));
      return fence.inside(() => recordClarification(folder, request, now()));
    },
    reinitialize: async (request = {}) => fence.inside(() => reinitialize(folder, request)),
  };
}

function recordAgent(folder: string, event: AgentEvent, now: Date): AgentEntry {
  const { history, entry } = changeRunFile(folder, "history", (bytes) => {
    const before = bytes === undefined ? historyWithoutFile(folder, now) : parseHistory(bytes);
    const recorded = recordAgentIn(before, event, now.toISOString());
    return { data: renderJson(recorded.history.document), result: recorded };
  });
  noteCurrentAgent(folder, history);
  return entry;
}

function writeCheckpoint(folder: string, request: CheckpointRequest): Checkpoint {
  return changeRunFile(folder, "checkpoint", (bytes) => {
    const { document, checkpoint } = nextCheckpoint(bytes && parseCheckpoint(bytes), request);
    return { data: renderJson(document), result: checkpoint };
  });
}

function writeState(folder: string, changes: StateChanges): void {
  changeRunFile(folder, "state", (bytes) => {
    const before = openLog(bytes ?? Buffer.from(STATE_START));
    return { data: bytesOf(changedState(before, changes)), result: undefined };
  });
}

function appendIssue(folder: string, issue: Issue, now: Date): string {
  return changeRunFile(folder, "issues", (bytes) => {
    const { log, id } = appendIssueTo(openLog(bytes), issue, now.toISOString());
    return { data: bytesOf(log), result: id };
  });
}

function recordClarification(
  folder: string,
  request: ClarificationRequest,
  now: Date,
): Clarification {
  return changeRunFile(folder, "clarifications", (bytes) => {
    const time = now.toISOString();
    const before = bytes === undefined ? openLog(bytes) : readLog(bytes);
    const { log, clarification } = recordClarificationIn(before, request, time);
    return { data: bytesOf(log), result: clarification };
  });
}
