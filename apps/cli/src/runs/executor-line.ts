import type { RunExecutor } from "@x/planning/run-state";

/** Who has a run, and whether its process lives, in a few words. */
export function executorLine(executor: RunExecutor | null): string {
  if (executor === null) return "none";
  const { executor: name, pid, host, since, liveness } = executor;
  const where = host === undefined ? "" : ` on ${host}`;
  const start = since === undefined ? "" : `, since ${since}`;
  return `${name ?? "-"}, process ${pid ?? "-"}${where}, ${liveness}${start}`;
}
