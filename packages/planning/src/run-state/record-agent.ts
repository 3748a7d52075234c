import { quoted } from "../errors.ts";
import {
  type AgentEntry,
  type AgentHistory,
  type AgentStatus,
  AGENT_STATUSES,
  entryOf,
  isRunning,
  withEntries,
} from "./agent-history.ts";
import { assertDescription, assertName, assertPlan } from "./agent-text.ts";
import { idOrNull, type JsonObject } from "./json-document.ts";
import { pruned } from "./pruned-history.ts";
import { invalid, RunFault } from "./run-fault.ts";

/** What happened to an agent. Without a field, that of its entry stays (of a new one: null). */
export interface AgentEvent {
  readonly agent_id: string;
  readonly status: AgentStatus;
  readonly agent_type?: string | undefined;
  readonly task_description?: string | undefined;
  readonly plan?: string | undefined;
}

/** Throws `RunFault` for what no history should hold. */
export function assertAgentEvent(event: AgentEvent): void {
  assertAgentId(event);
  if (!AGENT_STATUSES.includes(event.status)) {
    const known = AGENT_STATUSES.join(", ");
    throw invalid(`${JSON.stringify(event.status)} is no status of an agent: ${known}`);
  }
  if (event.agent_type !== undefined) assertName("agent type", event.agent_type);
  if (event.task_description !== undefined) assertDescription("task", event.task_description);
  if (event.plan !== undefined) assertPlan(event.plan);
}

/** A new one. That of an entry which another tool has written may be any text. */
function assertAgentId({ agent_id, status }: AgentEvent): void {
  if (status === "spawned") assertName("agent id", agent_id);
  else if (typeof agent_id !== "string") throw invalid("the agent id is no text");
}

export interface Recorded {
  readonly history: AgentHistory;
  readonly entry: AgentEntry;
}

/**
 * The history after the event. One agent runs at a time: a second one is refused. Throws `RunFault`
 * for that, and for an agent whose entries leave no room for the event.
 */
export function recordAgentIn(history: AgentHistory, event: AgentEvent, time: string): Recorded {
  if (event.status === "spawned") {
    assertNoneRuns(history, () => true);
    return changed(history, history.entries.length, spawned(event, time));
  }
  const isResumed = event.status === "resumed";
  const index = history.entries.findLastIndex(
    (item) => isOf(item, event) && (isResumed || isRunning(item)),
  );
  const item = history.entries[index];
  if (item === undefined) throw unknown(history, event);
  if (!isResumed)
    return changed(history, index, { ...item, ...fieldsOf(event), completion_timestamp: time });
  if (item["status"] === "completed") {
    throw agentUnknown(`the agent ${nameOf(event)} has completed: there is nothing to resume`);
  }
  assertNoneRuns(history, (other) => other !== item);
  return changed(history, index, { ...item, ...fieldsOf(event), completion_timestamp: null });
}

/** The entry of an agent of which nothing is known but that it was at work. */
export function foundRunning(agent_id: string, time: string): JsonObject {
  return spawned({ agent_id, status: "spawned" }, time);
}

function spawned(event: AgentEvent, timestamp: string): JsonObject {
  const { agent_id, agent_type = null, task_description = null, plan = null, status } = event;
  return {
    agent_id,
    agent_type,
    task_description,
    plan,
    timestamp,
    status,
    completion_timestamp: null,
  };
}

function changed(history: AgentHistory, index: number, item: JsonObject): Recorded {
  const entries = [...history.entries];
  entries[index] = item;
  return { history: pruned(withEntries(history, entries)), entry: entryOf(item) };
}

function fieldsOf({ agent_id: _id, ...fields }: AgentEvent): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isOf(item: JsonObject, event: AgentEvent): boolean {
  return idOrNull(item["agent_id"]) === event.agent_id;
}

function assertNoneRuns({ entries }: AgentHistory, isOther: (item: JsonObject) => boolean): void {
  const running = entries.findLast((item) => isRunning(item) && isOther(item));
  if (running === undefined) return;
  const { agent_id, plan, timestamp } = entryOf(running);
  const at = plan === null ? "" : ` on plan ${quoted(plan)}`;
  const since = timestamp === null ? "" : ` since ${timestamp}`;
  const reason = `the agent ${quoted(agent_id ?? "")} is running${at}${since}, and one runs at a time`;
  throw new RunFault("PLANNING_AGENT_RUNNING", reason);
}

function unknown({ entries }: AgentHistory, event: AgentEvent): RunFault {
  const last = entries.findLast((item) => isOf(item, event));
  if (last === undefined) return agentUnknown(`there is no entry of the agent ${nameOf(event)}`);
  const status = quoted(entryOf(last).status);
  return agentUnknown(`the agent ${nameOf(event)} is not running: its last entry is ${status}`);
}

function agentUnknown(reason: string): RunFault {
  return new RunFault("PLANNING_AGENT_UNKNOWN", reason);
}

function nameOf({ agent_id }: AgentEvent): string {
  return quoted(agent_id);
}
