import { basename, join } from "node:path";

import { createFolderSync } from "@x/atomic-fs";

import { assertContained } from "../contained.ts";
import { changeFileAt } from "./change-run-file.ts";
import { planOfSummary, summaryName } from "./plan-files.ts";
import { isSamePlan } from "./plan-id.ts";
import { type PlanSummary, renderSummary, statusOf, type SummaryRequest } from "./plan-summary.ts";
import { RunFault } from "./run-fault.ts";
import { namesIn, runPath } from "./run-files.ts";

/** Writes the summary of a plan, over the one that it has only where that was asked for. Inside the fence. */
export function writeSummary(folder: string, request: SummaryRequest): PlanSummary {
  const { plan, replace = false } = request;
  const path = pathOfSummary(folder, plan);
  changeFileAt(path, "full", (bytes) => {
    if (bytes !== undefined && !replace) {
      const reason = `the plan ${JSON.stringify(plan)} has a summary: ${basename(path)}`;
      throw new RunFault("PLANNING_SUMMARY_EXISTS", reason);
    }
    return { data: renderSummary(request), result: undefined };
  });
  return { plan, status: statusOf(request), path };
}

/** The one that the plan has, however its id is spelled; else that of a new one. */
function pathOfSummary(folder: string, plan: string): string {
  const summaries = runPath(folder, "summaries");
  createFolderSync(summaries);
  const own = summaryName(plan);
  const names = namesIn(folder, "summaries").filter((name) => isOf(name, plan));
  const path = join(summaries, names.includes(own) ? own : (names[0] ?? own));
  assertContained(folder, path);
  return path;
}

function isOf(name: string, plan: string): boolean {
  const other = planOfSummary(name);
  return other !== undefined && isSamePlan(other, plan);
}
