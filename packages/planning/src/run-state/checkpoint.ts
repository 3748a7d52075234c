import { assertPlan, assertName } from "./agent-text.ts";
import { idOrNull, isJsonObject, type JsonObject, parseJson } from "./json-document.ts";
import { includesPlan, isSamePlan } from "./plan-id.ts";
import { damaged, invalid } from "./run-fault.ts";

/** How far the work on a plan has come. */
export interface Checkpoint {
  readonly plan: string;
  /** 0: none is completed yet. */
  readonly last_completed_task: number;
  readonly total_tasks: number;
  readonly task_commits: readonly string[];
  /** The plans before it whose last checkpoint had all tasks completed. */
  readonly finished_plans: readonly string[];
}

/** How far the work on a plan has come, as its executor tells it. */
export interface CheckpointRequest {
  readonly plan: string;
  readonly last_completed_task: number;
  readonly total_tasks: number;
  /** All of them. Default: those of the checkpoint that is there, if it is of the same plan. */
  readonly task_commits?: readonly string[] | undefined;
  /** Are put behind those, each once. */
  readonly added_commits?: readonly string[] | undefined;
}

const FIELDS = ["plan", "last_completed_task", "total_tasks", "task_commits"] as const;
const MOST_COMMITS = 10_000;

/** The checkpoint file as it is, and what it says: undefined where it says nothing. */
export interface StoredCheckpoint {
  readonly document: JsonObject;
  readonly checkpoint: Checkpoint | undefined;
}

/** What the bytes of the file hold. Throws `RunFault` for what is damaged. */
export function parseCheckpoint(bytes: Uint8Array): StoredCheckpoint {
  const document = parseJson(bytes) ?? {};
  if (!isJsonObject(document)) throw damaged("it is no JSON object");
  if (FIELDS.every((field) => (document[field] ?? undefined) === undefined)) {
    return { document, checkpoint: undefined };
  }
  const plan = idOrNull(document["plan"]);
  if (plan === null || plan === "") throw damaged("its plan is no text");
  const last_completed_task = countOf(document["last_completed_task"]);
  const total_tasks = countOf(document["total_tasks"]);
  if (
    last_completed_task === undefined ||
    total_tasks === undefined ||
    last_completed_task > total_tasks
  ) {
    throw damaged("its tasks are not counted by whole numbers");
  }
  const task_commits = document["task_commits"] ?? [];
  if (!isTexts(task_commits)) throw damaged("its task_commits are no list of texts");
  const finished_plans = plansIn(document["finished_plans"]);
  return {
    document,
    checkpoint: { plan, last_completed_task, total_tasks, task_commits, finished_plans },
  };
}

/** Throws `RunFault` for what no checkpoint can be. */
export function assertCheckpoint(request: CheckpointRequest): void {
  const { plan, last_completed_task: last, total_tasks: total } = request;
  assertPlan(plan);
  if (!isCount(last)) throw invalid("the last completed task is no whole number from 0");
  if (!isCount(total)) throw invalid("the number of tasks is no whole number from 0");
  if (last > total) throw invalid(`task ${last} is none of ${total}`);
  for (const commits of [request.task_commits, request.added_commits]) {
    if (commits === undefined) continue;
    if (!Array.isArray(commits)) throw invalid("the commits are no list");
    for (const commit of commits) assertName("commit", commit);
  }
}

/** The document for the file. What is not understood of the one before stays. */
export function nextCheckpoint(
  before: StoredCheckpoint | undefined,
  request: CheckpointRequest,
): { readonly document: JsonObject; readonly checkpoint: Checkpoint } {
  const { plan, last_completed_task, total_tasks, task_commits, added_commits = [] } = request;
  const former = before?.checkpoint;
  const kept = former !== undefined && isSamePlan(former.plan, plan) ? former.task_commits : [];
  const commits = task_commits ?? kept;
  const known = new Set(commits);
  const all = [...commits, ...new Set(added_commits.filter((commit) => !known.has(commit)))];
  if (all.length > MOST_COMMITS) throw invalid(`there are more than ${MOST_COMMITS} commits`);
  const fields = { plan, last_completed_task, total_tasks, task_commits: all };
  const finished_plans = finishedBefore(former, plan);
  const { finished_plans: listed, ...rest } = before?.document ?? {};
  const isListed = listed !== undefined || finished_plans.length > 0;
  return {
    document: { ...rest, ...fields, ...(isListed && { finished_plans }) },
    checkpoint: { ...fields, finished_plans },
  };
}

/** Whether all of its tasks are completed. */
export function isFull({ last_completed_task, total_tasks }: Checkpoint): boolean {
  return last_completed_task >= total_tasks;
}

/** Of the plan itself the new checkpoint tells: one that is begun again is not finished. */
function finishedBefore(former: Checkpoint | undefined, plan: string): string[] {
  if (former === undefined) return [];
  const { finished_plans: finished } = former;
  const isNew = isFull(former) && !includesPlan(finished, former.plan);
  return [...finished, ...(isNew ? [former.plan] : [])].filter((one) => !isSamePlan(one, plan));
}

function plansIn(list: unknown): string[] {
  const items: unknown = list ?? [];
  const plans = Array.isArray(items) ? items.map(idOrNull) : [null];
  if (plans.every((plan) => plan !== null)) return plans;
  throw damaged("its finished_plans are no list of plans");
}

/** Also of the digits of one, as other tools write it. */
function countOf(value: unknown): number | undefined {
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return isCount(count) ? count : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
