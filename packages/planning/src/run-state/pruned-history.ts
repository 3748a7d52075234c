import { MOST_BYTES } from "../read-bounded.ts";
import { type AgentHistory, isRunning, maxEntriesOf, withEntries } from "./agent-history.ts";
import { type JsonObject, renderJson } from "./json-document.ts";

/** The history with what its file is to hold, and can: finished entries go, the oldest first. */
export function pruned(history: AgentHistory): AgentHistory {
  const finished = history.entries.filter((item) => !isRunning(item));
  const surplus = history.entries.length - maxEntriesOf(history);
  return fitting(without(history, finished.slice(0, Math.max(surplus, 0))));
}

function fitting(history: AgentHistory): AgentHistory {
  let surplus = Buffer.byteLength(renderJson(history.document)) - MOST_BYTES;
  const gone = history.entries.filter((item) => {
    const isGone = surplus > 0 && !isRunning(item);
    if (isGone) surplus -= bytesInList(item);
    return isGone;
  });
  return without(history, gone);
}

// In the list each of its lines is indented, and a comma and a line end follow.
const INDENT = 4;
const BETWEEN = 2;

function bytesInList(item: JsonObject): number {
  const text = JSON.stringify(item, null, 2);
  return Buffer.byteLength(text) + INDENT * text.split("\n").length + BETWEEN;
}

function without(history: AgentHistory, gone: readonly JsonObject[]): AgentHistory {
  if (gone.length === 0) return history;
  const set = new Set(gone);
  return withEntries(
    history,
    history.entries.filter((item) => !set.has(item)),
  );
}
