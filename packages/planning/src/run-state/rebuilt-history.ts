import { frontMatterOf } from "../front-matter.ts";
import { YamlFault, yamlField } from "../yaml-map.ts";
import { type AgentHistory, EMPTY_HISTORY, isRunningStatus, withEntries } from "./agent-history.ts";
import { nameIn } from "./agent-text.ts";
import { byPlan } from "./plan-id.ts";
import { LONGEST_STATUS } from "./plan-summary.ts";
import { pruned } from "./pruned-history.ts";

/** What is known of a summary. */
export interface Summary {
  readonly plan: string;
  /** When it was written, as an ISO time. */
  readonly written: string;
  /** Undefined where it could not be read. */
  readonly text: string | undefined;
}

const UNKNOWN = "unknown";

/** A history with one entry for each summary, in the order of their plans: what each says of itself, and no more. */
export function rebuiltHistory(summaries: readonly Summary[]): AgentHistory {
  const ordered = summaries.toSorted((one, other) => byPlan(one.plan, other.plan));
  const entries = ordered.map(({ plan, written, text = "" }) => {
    const matter = frontMatterOf(text) ?? "";
    return {
      agent_id: fieldOf(matter, "agent_id"),
      agent_type: fieldOf(matter, "agent_type"),
      task_description: fieldOf(matter, "task_description"),
      plan,
      timestamp: written,
      status: statusOf(matter),
      completion_timestamp: null,
    };
  });
  return pruned(withEntries(EMPTY_HISTORY, entries));
}

/** Who has a summary is at work no more, whatever it says. */
function statusOf(matter: string): string {
  const status = fieldOf(matter, "status");
  const isUsable = status !== null && status.length <= LONGEST_STATUS && !isRunningStatus(status);
  return isUsable ? status : UNKNOWN;
}

/** Null also for what is no short line. */
function fieldOf(matter: string, field: string): string | null {
  try {
    return nameIn(yamlField(matter, field)) ?? null;
  } catch (error) {
    if (error instanceof YamlFault) return null;
    throw error;
  }
}
