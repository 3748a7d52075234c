import type { RunningAgent } from "./agent-history.ts";
import { type Checkpoint, isFull } from "./checkpoint.ts";
import type { Clarification } from "./clarification-log.ts";
import { firstBeyond, includesPlan, orderedPlans } from "./plan-id.ts";

/** Where a run goes on, and the questions that wait for an answer, whatever else is to be done. */
export type Resume = ResumePoint & { readonly pending: readonly Clarification[] };

/** Where a run goes on: the first of these that is so. */
export type ResumePoint =
  /** An agent was at work. */
  | { readonly kind: "agent"; readonly agent: RunningAgent }
  /** A plan was begun, and not all of its tasks are completed. */
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint }
  /** One plan was finished, and the next one not begun. */
  | ({ readonly kind: "between-plans"; readonly next: string } & FinishedPlans)
  /** The user was asked. */
  | { readonly kind: "clarification"; readonly clarification: Clarification }
  /** Nothing is left to go on with; `next` is the first plan of a run that has not begun. */
  | ({ readonly kind: "nothing"; readonly next: string | null } & FinishedPlans);

/** The plans that are over, spelled as in `plans/` where they are there. */
export interface FinishedPlans {
  readonly finished: readonly string[];
  /** Those whose summary says that they are over, and not completed: `failed`, for instance. */
  readonly unsuccessful: readonly string[];
}

/** What is known of a run when it is looked at. */
export interface RunSnapshot {
  /** The agent that runs. */
  readonly agent: RunningAgent | undefined;
  readonly checkpoint: Checkpoint | undefined;
  /** Those of `plans/`, in their order. */
  readonly plans: readonly string[];
  /** Those with a summary. */
  readonly summarized: readonly string[];
  /** Gives those of them whose summary tells of no success. Called only where it is asked for: it reads them all. */
  readonly unsuccessful: () => readonly string[];
  readonly clarifications: readonly Clarification[];
}

/** The first of these that is so: an agent at work, a plan half done, between plans, a question, nothing. */
export function resumeOf(snapshot: RunSnapshot): Resume {
  const pending = snapshot.clarifications.filter(({ answer }) => answer === null);
  return { ...pointOf(snapshot, pending[0]), pending };
}

function pointOf(snapshot: RunSnapshot, clarification: Clarification | undefined): ResumePoint {
  const { agent, checkpoint, plans, summarized } = snapshot;
  if (agent !== undefined) return { kind: "agent", agent };
  const isOver = checkpoint === undefined || includesPlan(summarized, checkpoint.plan);
  if (!isOver && !isFull(checkpoint)) return { kind: "checkpoint", checkpoint };
  const full = checkpoint === undefined ? [] : [checkpoint.plan, ...checkpoint.finished_plans];
  const finished = orderedPlans([...summarized, ...full], plans);
  const next = firstBeyond(plans, finished) ?? null;
  const over = (): FinishedPlans => ({ finished, unsuccessful: snapshot.unsuccessful() });
  if (finished.length > 0 && next !== null) return { kind: "between-plans", ...over(), next };
  if (clarification !== undefined) return { kind: "clarification", clarification };
  return { kind: "nothing", ...over(), next };
}
