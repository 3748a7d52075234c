import { withYamlField } from "../yaml-map.ts";
import { isRunningStatus } from "./agent-history.ts";
import { assertBody, assertPlan } from "./agent-text.ts";
import { visibleLines } from "./quoted-text.ts";
import { invalid } from "./run-fault.ts";

/** What came of a plan. Whatever its status is: the plan is over. */
export interface SummaryRequest {
  readonly plan: string;
  /** One word. Default `completed`. */
  readonly status?: string | undefined;
  readonly body?: string | undefined;
  /** Take the place of the summary that the plan has already. */
  readonly replace?: boolean | undefined;
}

/** A summary that was written. */
export interface PlanSummary {
  readonly plan: string;
  readonly status: string;
  readonly path: string;
}

/** The longest word that is taken for the status of a plan. */
export const LONGEST_STATUS = 40;

/** That of a plan whose summary is written without one. */
export const DEFAULT_STATUS = "completed";
const WORD = /^\p{L}[\p{L}\p{N}_-]*$/u;

/** Throws `RunFault` for what no summary can be. */
export function assertSummary({ plan, status, body }: SummaryRequest): void {
  assertPlan(plan);
  if (status !== undefined) assertStatus(status);
  if (body !== undefined) assertBody("body", body);
}

/** The status of a plan that is over. */
export function statusOf({ status = DEFAULT_STATUS }: SummaryRequest): string {
  return status;
}

/** The Markdown of the summary, its facts in front. */
export function renderSummary(request: SummaryRequest): string {
  const { plan, body = "" } = request;
  const facts = withYamlField(withYamlField("", "plan", plan), "status", statusOf(request));
  const lines = visibleLines(body);
  const text = lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
  return `---\n${facts}---\n${text}`;
}

function assertStatus(status: unknown): void {
  const isWord = typeof status === "string" && WORD.test(status) && status.length <= LONGEST_STATUS;
  if (!isWord) {
    const reason = `one word of at most ${LONGEST_STATUS} letters, digits, _ and -`;
    throw invalid(`the status of a plan is ${reason}`);
  }
  if (isRunningStatus(status)) throw invalid(`who is ${status} is at work: the plan is not over`);
}
