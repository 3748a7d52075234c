import { isSamePhase as isSamePlan } from "@x/registry-core/leases";

import { assertPlan, assertName } from "./agent-text.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json-document.ts";
import { invalid, RunFault } from "./run-fault.ts";

/** How far the work on a plan has come. */
export interface Checkpoint {
  readonly plan: string;
  /** 0: none is completed yet. */
  readonly last_completed_task: number;
  readonly total_tasks: number;
  readonly task_commits: readonly string[];
}

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
  if (FIELDS.every((field) => document[field] === undefined)) {
    return { document, checkpoint: undefined };
  }
  const { plan, last_completed_task, total_tasks, task_commits = [] } = document;
  if (typeof plan !== "string" || plan === "") throw damaged("its plan is no text");
  if (!isCount(last_completed_task) || !isCount(total_tasks) || last_completed_task > total_tasks) {
    throw damaged("its tasks are not counted by whole numbers");
  }
  if (!isTexts(task_commits)) throw damaged("its task_commits are no list of texts");
  return { document, checkpoint: { plan, last_completed_task, total_tasks, task_commits } };
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
  const added = [...new Set(added_commits)].filter((commit) => !commits.includes(commit));
  const all = [...commits, ...added];
  if (all.length > MOST_COMMITS) throw invalid(`there are more than ${MOST_COMMITS} commits`);
  const checkpoint = { plan, last_completed_task, total_tasks, task_commits: all };
  return { document: { ...before?.document, ...checkpoint }, checkpoint };
}

/** Whether all of its tasks are completed. */
export function isFull({ last_completed_task, total_tasks }: Checkpoint): boolean {
  return last_completed_task >= total_tasks;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function damaged(reason: string): RunFault {
  return new RunFault("PLANNING_RUN_DAMAGED", reason);
}
