import type { StoredActivity } from "../records/activity.ts";
import { applyAgentChange } from "../records/agent-change.ts";
import { type AgentIdentity, newAgent, type StoredAgent } from "../records/agent.ts";
import type { StoredCommit } from "../records/commit.ts";
import type { StoredCommunication } from "../records/communication-event.ts";
import { agentKey, commitKey } from "../records/record-key.ts";
import type { StoredRetrospective } from "../records/retrospective.ts";
import { applyScoreEvent } from "../score.ts";
import type { CommitName, TrackerEvent } from "./tracker-event.ts";

/** An event that is a record of its own. */
export type EventRecord =
  | { readonly type: "communication"; readonly agent: string; readonly record: StoredCommunication }
  | { readonly type: "retrospective"; readonly agent: string; readonly record: StoredRetrospective }
  | { readonly type: "activity"; readonly agent: string; readonly record: StoredActivity };

/** What events come to. Records by their keys, in the order in which they were met. */
export interface Applied {
  readonly agents: ReadonlyMap<string, StoredAgent>;
  readonly commits: ReadonlyMap<string, StoredCommit>;
  readonly records: readonly EventRecord[];
}

/** What was there before. */
export interface Before {
  readonly agentOf: (key: string) => StoredAgent | undefined;
  /** Whether a commit was counted already. */
  readonly isCommitted: (key: string) => boolean;
}

/**
 * What the events come to, one after the other: a level that is reached, a halt, a score that would fall
 * below 0 are those of each moment, however the events were put together into batches. Pure.
 */
export function applyEvents(events: Iterable<TrackerEvent>, before: Before): Applied {
  const agents = new Map<string, StoredAgent>();
  const commits = new Map<string, StoredCommit>();
  const records: EventRecord[] = [];
  /** Told again: whose they are, and what is on record of them, stays. */
  const toldAgain = new Set<string>();
  const isCommitted = ({ project, hash }: CommitName): boolean => {
    const key = commitKey(project, hash);
    return commits.has(key) || before.isCommitted(key);
  };
  for (const event of events) {
    if (event.type === "commit") {
      const key = commitKey(event.commit.project, event.commit.hash);
      if (!toldAgain.delete(key)) commits.set(key, event.record);
    } else if (isEventRecord(event)) {
      records.push(event);
    } else if (event.type === "score" && event.commit !== undefined && isCommitted(event.commit)) {
      toldAgain.add(commitKey(event.commit.project, event.commit.hash));
    } else {
      const key = agentKey(event.agent);
      const agent = nextAgent(agents.get(key) ?? before.agentOf(key), event);
      if (agent !== undefined) agents.set(key, agent);
    }
  }
  return { agents, commits, records };
}

export function isEventRecord(event: TrackerEvent): event is EventRecord {
  return ["communication", "retrospective", "activity"].includes(event.type);
}

/** An event that changes the record of its agent. */
export function isAgentEvent(event: TrackerEvent): event is AgentEvent {
  return event.type !== "commit" && !isEventRecord(event);
}

type AgentEvent = Extract<TrackerEvent, { type: "score" | "seen" | "change" | "agent" }>;

/** Undefined: it stays as it is. */
function nextAgent(agent: StoredAgent | undefined, event: AgentEvent): StoredAgent | undefined {
  switch (event.type) {
    case "agent":
      return event.record;
    case "change":
      return applyAgentChange(agent, event.change);
    case "seen": {
      if (agent === undefined) return newAgent(event.agent, event.at, event.identity);
      const known = withIdentity(agent, event.identity);
      return known === agent ? undefined : touched(known, event.at);
    }
    case "score": {
      const known = withIdentity(
        agent ?? newAgent(event.agent, event.at, event.identity),
        event.identity,
      );
      return touched({ ...known, ...applyScoreEvent(known, event.score) }, event.at);
    }
  }
}

/** What it is called now; what is not known is left as it was. */
function withIdentity(agent: StoredAgent, identity: Partial<AgentIdentity> = {}): StoredAgent {
  const name = identity.name || agent.name;
  const model = identity.model || agent.model;
  const scope = identity.scope || agent.scope;
  const isSame = name === agent.name && model === agent.model && scope === agent.scope;
  return isSame ? agent : { ...agent, name, model, scope };
}

/** A journal that is found late does not make a record look older. */
function touched(agent: StoredAgent, at: number): StoredAgent {
  const updated_at = new Date(at).toISOString();
  return updated_at > agent.updated_at ? { ...agent, updated_at } : agent;
}
