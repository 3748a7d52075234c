import { isSamePhase as isSamePlan } from "@x/registry-core/leases";

/** Which plans there are, by the names of files. */

const SUMMARY = /^(.+)-SUMMARY\.md$/i;
const PLAN = /^(.+?)(?:-PLAN)?\.md$/i;

const collator = new Intl.Collator("en", { numeric: true });

/** The plans that the files of `plans/` are of, `NN-PLAN.md` or `NN.md`, in their natural order. */
export function plansOf(names: readonly string[]): string[] {
  return inOrder(names.flatMap((name) => PLAN.exec(name)?.[1] ?? []));
}

/** The plans that the files of `summaries/` are of, `NN-SUMMARY.md`, in their natural order. */
export function summarizedPlans(names: readonly string[]): string[] {
  return inOrder(names.flatMap((name) => planOfSummary(name) ?? []));
}

/** All that stands before `-SUMMARY.md`; undefined for another file. */
export function planOfSummary(name: string): string | undefined {
  return SUMMARY.exec(name)?.[1];
}

/** Whether it is among them. Ids made of digits are numbers: `01` is `1`. */
export function includesPlan(plans: readonly string[], plan: string): boolean {
  return plans.some((other) => isSamePlan(other, plan));
}

/** As people count: `2` before `10`, and `02-1` behind `02`. */
export function byPlan(one: string, other: string): number {
  return collator.compare(one, other) || (one < other ? -1 : Number(one > other));
}

function inOrder(plans: readonly string[]): string[] {
  return plans
    .toSorted(byPlan)
    .filter((plan, index, all) => !includesPlan(all.slice(0, index), plan));
}
