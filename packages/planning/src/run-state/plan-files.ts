import { orderedPlans } from "./plan-id.ts";

/** Which plans there are, by the names of files. */

// What begins with another character is hidden, or the copy of a file for another system.
const PLAN = /^([\p{L}\p{N}].*)-PLAN\.md$/iu;
const NUMBERED_PLAN = /^(\d+[a-z]?(?:[-.]\d+[a-z]?)*)\.md$/i;
const SUMMARY = /^([\p{L}\p{N}].*)-SUMMARY\.md$/iu;

/** The plans that the files of `plans/` are of, `NN-PLAN.md` or `NN.md`, in their natural order. */
export function plansOf(names: readonly string[]): string[] {
  return orderedPlans(
    names.flatMap((name) => (PLAN.exec(name) ?? NUMBERED_PLAN.exec(name))?.[1] ?? []),
  );
}

/** The plans that the files of `summaries/` are of, `NN-SUMMARY.md`, in their natural order. */
export function summarizedPlans(names: readonly string[]): string[] {
  return orderedPlans(names.flatMap((name) => planOfSummary(name) ?? []));
}

/** How many of the files are summaries. */
export function countSummaries(names: readonly string[]): number {
  return names.filter((name) => planOfSummary(name) !== undefined).length;
}

/** The name of a plan's summary. */
export function summaryName(plan: string): string {
  return `${plan}-SUMMARY.md`;
}

/** All that stands before `-SUMMARY.md`; undefined for another file. */
export function planOfSummary(name: string): string | undefined {
  return SUMMARY.exec(name)?.[1];
}
