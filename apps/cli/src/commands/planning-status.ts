import { getActiveSpec, getPlanningPaths, PlanningError, type SpecInfo } from "@x/planning";
import type { CloseoutReport } from "@x/planning/phases";
import {
  detectResume,
  readExecutor,
  type Resume,
  type RunExecutor,
  RunStateError,
} from "@x/planning/run-state";

import { textOption } from "../arguments.ts";
import { closeoutAtHand } from "../closeout-at-hand.ts";
import { closeoutLines } from "../closeout-lines.ts";
import type { Command, Invocation, Style } from "../command.ts";
import { executorLine } from "../executor-line.ts";
import { factList } from "../fact-list.ts";
import { planningRoot } from "../planning-root.ts";
import { describeResume } from "../run-state-resume.ts";
import { specInfo } from "../spec-info.ts";
import { SPEC_OPTION } from "../spec-named.ts";

export const planningStatus: Command = {
  synopsis: "",
  example: "cabinet planning status --json",
  arguments: 0,
  options: SPEC_OPTION,
  run: async (invocation) => {
    const { options, onWarning } = invocation;
    const root = await planningRoot(invocation);
    const active = getActiveSpec({ root: root.path }, { onWarning });
    const name = textOption(options, "spec") ?? active;
    const spec = name === null ? null : specInfo(name, root, () => undefined);
    const run = spec === null ? NO_RUN : await runOf(spec, root.path, invocation);
    const closeout = await closeoutAtHand(invocation);
    return {
      data: { root, active, spec, ...run, closeout },
      text: (style) => page({ spec, ...run, closeout }, style),
      ...(spec === null && { hint: "`cabinet planning activate <spec>` makes one active." }),
    };
  },
};

interface Run {
  readonly executor: RunExecutor | null;
  /** Null where there is no spec, or where it could not be told. */
  readonly resume: Resume | null;
}

const NO_RUN: Run = { executor: null, resume: null };

/** A run that cannot be told about hides nothing else: it is a warning. */
async function runOf({ name }: SpecInfo, root: string, { onWarning }: Invocation): Promise<Run> {
  const { runState } = getPlanningPaths(name, { root });
  try {
    const executor = await readExecutor(runState);
    return { executor, resume: await detectResume(runState) };
  } catch (error) {
    if (!(error instanceof RunStateError || error instanceof PlanningError)) throw error;
    const { code, message, path } = error;
    onWarning({ code, message, path });
    return NO_RUN;
  }
}

interface Standing extends Run {
  readonly spec: SpecInfo | null;
  readonly closeout: CloseoutReport | null;
}

function page({ spec, executor, resume, closeout }: Standing, style: Style): string {
  const lines = closeout === null ? [] : ["", ...closeoutLines(closeout, style)];
  if (spec === null) return ["No spec is active.", ...lines].join("\n");
  const { name, isActive, specPath, lastKnownBranch } = spec;
  const facts = factList(
    [
      ["spec", isActive ? `${name} (active)` : name],
      ["file", specPath],
      ["branch", lastKnownBranch ?? "none is known"],
      ["executor", executor === null ? null : executorLine(executor)],
      ["run", resume === null ? null : describeResume(resume)],
    ],
    style,
  );
  return [facts, ...lines].join("\n");
}
