import type { Phase } from "./roadmap.ts";

/** The first phase below that one that is not done, else the first one above; undefined: all are done. */
export function nextPhase(phases: readonly Phase[], { line }: Phase): Phase | undefined {
  const open = phases.filter((phase) => phase.status !== "done" && phase.line !== line);
  return open.find((phase) => phase.line > line) ?? open[0];
}
