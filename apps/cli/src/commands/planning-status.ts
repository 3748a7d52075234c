import {
  getActiveSpec,
  readSpec,
  requireRunFolder,
  type SpecFileState,
  specFileState,
  type SpecInfo,
} from "@x/planning";
import type { CloseoutReport } from "@x/planning/phases";
import { detectResume, readExecutor, type Resume, type RunExecutor } from "@x/planning/run-state";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import { closeoutAtHand } from "../closeout-at-hand.ts";
import { closeoutLines } from "../closeout-lines.ts";
import type { Command, Invocation, Style } from "../command.ts";
import { executorLine } from "../executor-line.ts";
import { factList } from "../fact-list.ts";
import { planningRoot } from "../planning-root.ts";
import { describeResume } from "../run-state-resume.ts";
import { SPEC_OPTION } from "../spec-named.ts";
import { warningOf } from "../warning-of.ts";

export const planningStatus: Command = {
  synopsis: "",
  example: "cabinet planning status --json",
  arguments: 0,
  options: SPEC_OPTION,
  run: async (invocation) => {
    const { options, onWarning } = invocation;
    const root = await planningRoot(invocation);
    const place = { root: root.path };
    const active = getActiveSpec(place, { onWarning });
    const given = textOption(options, "spec");
    const spec =
      given === undefined
        ? activeSpec(active, place, onWarning)
        : readSpec(given, place, { onWarning });
    const specFile = spec === null ? null : specFileState(spec.specPath, place);
    const run = spec === null ? NO_RUN : await runOf(spec, place, invocation);
    const closeout = await closeoutAtHand(invocation);
    return {
      data: { root, active, spec, specFile, ...run, closeout },
      text: (style) => page({ active, spec, specFile, ...run, closeout }, style),
      ...(active === null && { hint: "`cabinet planning activate <spec>` makes one active." }),
    };
  },
};

/** One whose status cannot be read hides nothing else: it is a warning. */
function activeSpec(
  active: string | null,
  place: { readonly root: string },
  onWarning: Invocation["onWarning"],
): SpecInfo | null {
  if (active === null) return null;
  try {
    return readSpec(active, place, { onWarning });
  } catch (error) {
    onWarning(warningOf(error, place.root));
    return null;
  }
}

interface Run {
  readonly executor: RunExecutor | null;
  /** Null where there is no spec, or where it could not be told. */
  readonly resume: Resume | null;
}

const NO_RUN: Run = { executor: null, resume: null };

/** A run that cannot be told about hides nothing else: it is a warning. */
async function runOf(
  { name }: SpecInfo,
  place: { readonly root: string },
  { onWarning }: Invocation,
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

interface Standing extends Run {
  readonly active: string | null;
  readonly spec: SpecInfo | null;
  readonly specFile: SpecFileState | null;
  readonly closeout: CloseoutReport | null;
}

function page(standing: Standing, style: Style): string {
  const { active, spec, closeout } = standing;
  const none = active === null ? "No spec is active." : `${active} is active.`;
  const first = spec === null ? printable(none) : factsOf(spec, standing, style);
  const lines = closeout === null ? [] : ["", ...closeoutLines(closeout, style)];
  return [first, ...lines].join("\n");
}

function factsOf(
  { name, isActive, specPath, lastKnownBranch }: SpecInfo,
  { specFile, executor, resume }: Standing,
  style: Style,
): string {
  return factList(
    [
      ["spec", isActive ? `${name} (active)` : name],
      ["file", specFile === "present" ? specPath : `${specPath} (${specFile})`],
      ["branch", lastKnownBranch ?? "none is known"],
      ["executor", executor === null ? null : executorLine(executor)],
      ["run", resume === null ? null : describeResume(resume)],
    ],
    style,
  );
}
