import type { Case, Cases } from "./case.ts";
import { LEASES } from "./cases/leases.ts";
import { OTHERS } from "./cases/others.ts";
import { PLANNING } from "./cases/planning.ts";
import { PLANS } from "./cases/plans.ts";
import { RUNS } from "./cases/runs.ts";
import { TRACKER } from "./cases/tracker.ts";

export const GROUPS: Readonly<Record<string, Cases>> = {
  "about plans": PLANS,
  "about leases": LEASES,
  "about specs and phases": PLANNING,
  "about runs": RUNS,
  "of the tracker": TRACKER,
  "about all of it": OTHERS,
};

/** A case as it is called. */
export interface Called extends Case {
  readonly words: string;
  /** The words of the command and what stands behind them. */
  readonly line: readonly string[];
}

export function calledCases(cases: Cases): Called[] {
  return Object.entries(cases).flatMap(([words, all]) =>
    all.map((one) => ({ ...one, words, line: [...words.split(" "), ...one.args] })),
  );
}

/** All of every group. */
export const ALL_CALLED: readonly Called[] = Object.values(GROUPS).flatMap(calledCases);

/** The line with an option more, which stands before the command line of another command. */
export function withOption(line: readonly string[], ...options: readonly string[]): string[] {
  const end = line.indexOf("--");
  return end === -1
    ? [...line, ...options]
    : [...line.slice(0, end), ...options, ...line.slice(end)];
}
