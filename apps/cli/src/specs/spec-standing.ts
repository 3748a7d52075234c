import {
  getActiveSpec,
  readSpec,
  requireRunFolder,
  type SpecFileState,
  specFileState,
  type SpecInfo,
} from "@x/planning";
import { detectResume, readExecutor, type Resume, type RunExecutor } from "@x/planning/run-state";

import type { Invocation } from "../command.ts";
import { warningOf } from "../errors/warning-of.ts";
import { executorLine } from "../runs/executor-line.ts";
import { describeResume } from "../runs/run-state-resume.ts";
import type { Fact } from "../screen/fact-list.ts";

/** Which spec is active, what is known of the one that was asked for, and where its run stands. */
export interface SpecStanding extends Run {
  readonly active: string | null;
  /** That which was named, else the active one. */
  readonly spec: SpecInfo | null;
  readonly specFile: SpecFileState | null;
}

interface Run {
  readonly executor: RunExecutor | null;
  /** Null where there is no spec, or where it could not be told. */
  readonly resume: Resume | null;
}

type OnWarning = Invocation["onWarning"];

const NO_RUN: Run = { executor: null, resume: null };

/** Throws `SpecNameError` and `PlanningError` for a spec that was named. */
export async function specStanding(
  root: string,
  named: string | undefined,
  onWarning: OnWarning,
): Promise<SpecStanding> {
  const place = { root };
  const active = getActiveSpec(place, { onWarning });
  const spec =
    named === undefined
      ? activeSpec(active, place, onWarning)
      : readSpec(named, place, { onWarning });
  if (spec === null) return { active, spec, specFile: null, ...NO_RUN };
  const specFile = specFileState(spec.specPath, place);
  return { active, spec, specFile, ...(await runOf(spec, place, onWarning)) };
}

/** What there is to tell of the spec, as lines of a page. */
export function specFacts(standing: SpecStanding & { readonly spec: SpecInfo }): Fact[] {
  const { name, isActive, specPath, lastKnownBranch } = standing.spec;
  const { specFile, executor, resume } = standing;
  return [
    ["spec", isActive ? `${name} (active)` : name],
    ["file", specFile === "present" ? specPath : `${specPath} (${specFile})`],
    ["branch", lastKnownBranch ?? "none is known"],
    ["executor", executor === null ? null : executorLine(executor)],
    ["run", resume === null ? null : describeResume(resume)],
  ];
}

/** One whose status cannot be read hides nothing else: it is a warning. */
function activeSpec(
  active: string | null,
  place: { readonly root: string },
  onWarning: OnWarning,
): SpecInfo | null {
  if (active === null) return null;
  try {
    return readSpec(active, place, { onWarning });
  } catch (error) {
    onWarning(warningOf(error, place.root));
    return null;
  }
}

/** A run that cannot be told about hides nothing else: it is a warning. */
async function runOf(
  { name }: SpecInfo,
  place: { readonly root: string },
  onWarning: OnWarning,
): Promise<Run> {
  try {
    const folder = requireRunFolder(name, place);
    const executor = await readExecutor(folder);
    return { executor, resume: await detectResume(folder) };
  } catch (error) {
    onWarning(warningOf(error, place.root));
    return NO_RUN;
  }
}
