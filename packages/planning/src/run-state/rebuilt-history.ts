import { MOST_BYTES } from "../read-bounded.ts";
import { type AgentHistory, EMPTY_HISTORY, withEntries } from "./agent-history.ts";
import { type JsonObject, renderJson } from "./json-document.ts";
import { byPlan } from "./plan-id.ts";
import { pruned } from "./pruned-history.ts";
import { factsOf, type Summary } from "./summary-facts.ts";

/**
 * A history with one entry for each summary, in the order of their plans: what each says of itself, and no
 * more. All else is that of the document before it, unless that alone is too large for the file.
 */
export function rebuiltHistory(
  summaries: readonly Summary[],
  former: JsonObject = {},
): AgentHistory {
  const ordered = summaries.toSorted((one, other) => byPlan(one.plan, other.plan));
  const entries = ordered.map((summary) => {
    const { status, ...facts } = factsOf(summary);
    const { plan, written: timestamp } = summary;
    return { ...facts, plan, timestamp, status, completion_timestamp: null };
  });
  const document = { ...EMPTY_HISTORY.document, ...former };
  const kept = pruned(withEntries({ document, entries }, entries));
  const isSmall = Buffer.byteLength(renderJson(kept.document)) <= MOST_BYTES;
  return isSmall ? kept : pruned(withEntries(EMPTY_HISTORY, entries));
}
