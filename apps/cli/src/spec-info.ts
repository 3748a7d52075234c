import { getActiveSpec, readStatus, requireSpec, type SpecInfo } from "@x/planning";
import type { Warning } from "@x/registry-core";
import type { Root } from "@x/registry-core/workspace";

/** What is known of one spec. Throws `SpecNameError`, `PlanningError`. */
export function specInfo(
  name: string,
  { path: root }: Root,
  onWarning: (warning: Warning) => void,
): SpecInfo {
  requireSpec(name, { root });
  const status = readStatus(name, { root });
  return {
    name,
    specPath: status?.spec ?? "",
    lastKnownBranch: status?.last_known_branch ?? null,
    isActive: getActiveSpec({ root }, { onWarning }) === name,
  };
}
