import type { Database } from "../database.ts";
import {
  applyEvents,
  type EventRecord,
  isAgentEvent,
  isEventRecord,
} from "../events/apply-events.ts";
import type { CommitName, NumberedEvent, TrackerEvent } from "../events/tracker-event.ts";
import { failureOf } from "../failure.ts";
import { decodeActivity } from "../records/activity.ts";
import { decodeAgent, encodeAgent, type StoredAgent } from "../records/agent.ts";
import { decodeCommit } from "../records/commit.ts";
import { committedIn } from "../records/committed-in.ts";
import { decodeCommunication } from "../records/communication-event.ts";
import { agentKey, commitKey } from "../records/record-key.ts";
import { decodeRetrospective } from "../records/retrospective.ts";

interface FlushedByPuts {
  readonly entriesWritten: number;
  /** Those whose put was refused. */
  readonly kept: readonly NumberedEvent[];
  readonly errors: string[];
}

/** For a database that knows nothing but puts: each entry by itself, in no transaction. */
export async function flushByPuts(
  database: Database,
  events: readonly NumberedEvent[],
): Promise<FlushedByPuts> {
  const before = await readAgents(database, events);
  const isCommitted = await committedIn(
    database,
    events.map(({ event }) => event),
  );
  const kept: NumberedEvent[] = [];
  const errors: string[] = [];
  let entriesWritten = 0;
  const put = async (
    of: readonly NumberedEvent[],
    write: () => Promise<boolean>,
  ): Promise<void> => {
    try {
      if (await write()) {
        entriesWritten += 1;
        return;
      }
      errors.push("TRACKER_UNAVAILABLE: the database has refused an entry");
    } catch (error) {
      const { code, message } = failureOf(error);
      errors.push(`${code}: ${message}`);
    }
    kept.push(...of);
  };
  const agents = applyEvents(
    events.map(({ event }) => event),
    { agentOf: (key) => before.get(key), isCommitted },
  ).agents;
  for (const [key, agent] of agents) {
    const those = events.filter(({ event }) => agentOf(event) === key);
    await put(those, () => database.putAgent(agent.id, decodeAgent(agent)));
  }
  // A commit that is on record would not be counted any more.
  const uncounted = new Set(kept.flatMap(({ event }) => countedCommit(event)));
  for (const one of events.filter(({ event }) => !isAgentEvent(event))) {
    const { event } = one;
    const isUncounted = event.type === "commit" && uncounted.has(keyOfCommit(event.commit));
    if (isUncounted) kept.push(one);
    else await put([one], () => putRecord(database, event));
  }
  return { entriesWritten, kept, errors };
}

function countedCommit(event: TrackerEvent): string[] {
  return event.type === "score" && event.commit !== undefined ? [keyOfCommit(event.commit)] : [];
}

function keyOfCommit({ project, hash }: CommitName): string {
  return commitKey(project, hash);
}

/** The key of the agent whose record the event changes. */
function agentOf(event: TrackerEvent): string | undefined {
  return isAgentEvent(event) ? agentKey(event.agent) : undefined;
}

async function readAgents(
  database: Database,
  events: readonly NumberedEvent[],
): Promise<Map<string, StoredAgent>> {
  const found = new Map<string, StoredAgent>();
  for (const { event } of events) {
    const key = agentOf(event);
    if (key === undefined || found.has(key) || !isAgentEvent(event)) continue;
    const agent = await database.getAgent(event.agent);
    if (agent !== null) found.set(key, encodeAgent(agent));
  }
  return found;
}

function putRecord(database: Database, event: TrackerEvent): Promise<boolean> {
  if (event.type === "commit") {
    const { project, hash } = event.commit;
    return database.putCommit(project, hash, decodeCommit(event.record));
  }
  return isEventRecord(event) ? putEvent(database, event) : Promise.resolve(true);
}

function putEvent(database: Database, event: EventRecord): Promise<boolean> {
  switch (event.type) {
    case "communication":
      return database.putCommunicationEvent(decodeCommunication(event.record));
    case "retrospective": {
      const entry = decodeRetrospective(event.record);
      return database.putRetrospective(event.agent, entry.commit, entry);
    }
    case "activity":
      return database.putActivity(event.agent, decodeActivity(event.record));
  }
}
