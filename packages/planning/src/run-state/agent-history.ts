import { idOrNull, isJsonObject, type JsonObject, parseJson, textOrNull } from "./json-document.ts";
import { damaged, RunFault } from "./run-fault.ts";

/** What `agent-history.json` holds, and what of it is understood. */

/** The statuses that are recorded. Others are kept as they are: of no running agent. */
export const AGENT_STATUSES = [
  "spawned",
  "completed",
  "interrupted",
  "resumed",
  "failed",
  "timeout",
] as const;

/** What can be recorded of an agent: by `spawned` and `resumed` it runs, by all others it has ended. */
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** One stretch of an agent's work, as the history has it. Null: nobody has told. */
export interface AgentEntry {
  /** Null in an entry that was rebuilt from a summary which does not tell. */
  readonly agent_id: string | null;
  readonly agent_type: string | null;
  readonly task_description: string | null;
  readonly plan: string | null;
  /** When it was spawned, as an ISO time. */
  readonly timestamp: string | null;
  /** One of `AGENT_STATUSES`, or what a summary or another tool says. */
  readonly status: string;
  /** When it ended; null while it runs. */
  readonly completion_timestamp: string | null;
}

/** The entry of an agent at work. */
export interface RunningAgent extends AgentEntry {
  readonly agent_id: string;
}

/** The document, every field of it: entries are told from each other by where they stand. */
export interface AgentHistory {
  readonly document: JsonObject;
  readonly entries: readonly JsonObject[];
}

const VERSION = "1.0";
const DEFAULT_MAX_ENTRIES = 50;

/** That of a new file. */
export const EMPTY_HISTORY: AgentHistory = {
  document: { version: VERSION, max_entries: DEFAULT_MAX_ENTRIES, entries: [] },
  entries: [],
};

/** What the bytes of the file hold. Throws `RunFault`: damaged, or of a newer version. */
export function parseHistory(bytes: Uint8Array): AgentHistory {
  const document = parseHistoryDocument(bytes);
  const { entries } = document;
  if (!Array.isArray(entries)) throw damaged("it has no list of entries");
  const objects = entries.filter(isJsonObject);
  if (objects.length < entries.length) throw damaged("one of its entries is no JSON object");
  return { document, entries: objects };
}

/** The document alone, whatever its entries are. Throws as `parseHistory`. */
export function parseHistoryDocument(bytes: Uint8Array): JsonObject {
  const document = parseJson(bytes);
  if (!isJsonObject(document)) throw damaged("it is no JSON object");
  assertVersion(document["version"]);
  return document;
}

/** The document for the file, with these entries. */
export function withEntries(
  { document }: AgentHistory,
  entries: readonly JsonObject[],
): AgentHistory {
  return { document: { ...document, entries }, entries };
}

/** An entry as it is understood. */
export function entryOf(item: JsonObject): AgentEntry {
  return {
    agent_id: idOrNull(item["agent_id"]),
    agent_type: textOrNull(item["agent_type"]),
    task_description: textOrNull(item["task_description"]),
    plan: idOrNull(item["plan"]),
    timestamp: textOrNull(item["timestamp"]),
    status: textOrNull(item["status"]) ?? "unknown",
    completion_timestamp: textOrNull(item["completion_timestamp"]),
  };
}

/** Whether an agent is at work by that entry. Without an id nobody could ever end it. */
export function isRunning({ agent_id, status }: JsonObject): boolean {
  return idOrNull(agent_id) !== null && isRunningStatus(status);
}

export function isRunningStatus(status: unknown): boolean {
  return status === "spawned" || status === "resumed";
}

/** The entry of the agent that was started last of those that run; undefined when none does. */
export function runningIn({ entries }: AgentHistory): RunningAgent | undefined {
  const item = entries.findLast(isRunning);
  const agent_id = idOrNull(item?.["agent_id"]);
  return item === undefined || agent_id === null ? undefined : { ...entryOf(item), agent_id };
}

/** The most entries that the file is to hold, by its own word. */
export function maxEntriesOf({ document }: AgentHistory): number {
  const most = document["max_entries"];
  const isUsable = typeof most === "number" && Number.isSafeInteger(most) && most >= 0;
  return isUsable ? most : DEFAULT_MAX_ENTRIES;
}

function assertVersion(version: unknown): void {
  if (typeof version !== "string" || !/^\d+\./.test(version)) return;
  if (Number.parseInt(version, 10) <= Number.parseInt(VERSION, 10)) return;
  const reason = `its version is ${version}, and this version of Cabinet knows ${VERSION}`;
  throw new RunFault("PLANNING_RUN_NEWER", reason);
}
