import { frontMatterOf } from "../front-matter.ts";
import { YamlFault, yamlField } from "../yaml-map.ts";
import { isRunningStatus } from "./agent-history.ts";
import { nameIn } from "./agent-text.ts";
import { orderedPlans } from "./plan-id.ts";
import { DEFAULT_STATUS, LONGEST_STATUS } from "./plan-summary.ts";

/** What is known of a summary. */
export interface Summary {
  readonly plan: string;
  /** When it was written, as an ISO time. */
  readonly written: string;
  /** Undefined where it could not be read. */
  readonly text: string | undefined;
}

/** What a summary says of itself in its front matter. */
export interface SummaryFacts {
  readonly agent_id: string | null;
  readonly agent_type: string | null;
  readonly task_description: string | null;
  /** `unknown` where it says none that a plan can have which is over. */
  readonly status: string;
}

const UNKNOWN = "unknown";

export function factsOf({ text = "" }: Summary): SummaryFacts {
  const matter = frontMatterOf(text) ?? "";
  return {
    agent_id: fieldOf(matter, "agent_id"),
    agent_type: fieldOf(matter, "agent_type"),
    task_description: fieldOf(matter, "task_description"),
    status: statusOf(matter),
  };
}

/** The plans of which a summary says that they are over, and not completed: in their order, spelled as in `known`. */
export function unsuccessfulPlans(
  summaries: readonly Summary[],
  known: readonly string[],
): string[] {
  const failed = summaries.filter((summary) => {
    const { status } = factsOf(summary);
    return status !== DEFAULT_STATUS && status !== UNKNOWN;
  });
  return orderedPlans(
    failed.map(({ plan }) => plan),
    known,
  );
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
