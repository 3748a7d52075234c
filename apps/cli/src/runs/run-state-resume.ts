import type { Clarification, Resume } from "@x/planning/run-state";

import { beginningOf } from "../screen/beginning-of.ts";
import { plural } from "../screen/plural.ts";

/** What is said of a spec that has no run yet, and what to do. */
export const NO_RUN = {
  text: "No run has begun.",
  hint: "Begin one with `cabinet run-state open`.",
} as const;

// What is longer, people read in the file.
const MOST_CHARACTERS = 200;
const MOST_PLANS = 10;

/** The questions that wait for an answer, a line each; without the one that the run waits for, if it does. */
export function pendingLines(resume: Resume): string[] {
  const others = resume.kind === "clarification" ? resume.pending.slice(1) : resume.pending;
  return others.map(waiting);
}

/** The plans that are over without success, in a line; none where there are none. */
export function unsuccessfulLines(resume: Resume): string[] {
  if (!("unsuccessful" in resume) || resume.unsuccessful.length === 0) return [];
  const { unsuccessful: plans } = resume;
  const named = plans.slice(0, MOST_PLANS).join(", ");
  const rest = plans.length > MOST_PLANS ? `, and ${plans.length - MOST_PLANS} more` : "";
  return [`Finished without success, by the summary: ${named}${rest}.`];
}

/** Where a run goes on, as a sentence. */
export function describeResume(resume: Resume): string {
  switch (resume.kind) {
    case "agent": {
      const { agent_id, plan, timestamp } = resume.agent;
      const at = plan === null ? "" : ` on plan ${plan}`;
      return `The agent ${agent_id} was at work${at}${timestamp === null ? "" : ` since ${timestamp}`}.`;
    }
    case "checkpoint": {
      const { plan, last_completed_task: last, total_tasks: total } = resume.checkpoint;
      return `Plan ${plan} is under way: ${last} of ${plural(total, "task")} completed.`;
    }
    case "between-plans":
      return `${plural(resume.finished.length, "plan")} finished; plan ${resume.next} is next.`;
    case "clarification":
      return waiting(resume.clarification);
    case "nothing":
      return nothing(resume.finished.length, resume.next);
  }
}

/** What to do next. */
export function resumeHint(resume: Resume): string {
  switch (resume.kind) {
    case "agent":
      return "Resume it and record that with `cabinet run-state agent <agent-id> resumed`, or record how it ended.";
    case "checkpoint":
      return `Go on with task ${resume.checkpoint.last_completed_task + 1} of plan ${resume.checkpoint.plan}.`;
    case "between-plans":
      return `Begin plan ${resume.next}.`;
    case "clarification":
      return "Record the answer with `cabinet run-state clarify --id <id> --answer <text>`.";
    case "nothing":
      return resume.next === null
        ? "There is no plan left to begin."
        : `Begin plan ${resume.next}.`;
  }
}

function waiting({ id, question }: Clarification): string {
  const line = question.replaceAll(/\s+/g, " ").trim();
  return `${id} waits for an answer: ${beginningOf(line, MOST_CHARACTERS)}`;
}

function nothing(finished: number, next: string | null): string {
  if (next !== null) return "Nothing to resume: no plan was begun.";
  return finished === 0
    ? "Nothing to resume."
    : `Nothing to resume: ${plural(finished, "plan")} finished.`;
}
