import type { Warning } from "@x/registry-core";
import { registerPlan } from "@x/registry-core/session-plans";

import type { ToolCall } from "./opencode.ts";
import { planWrittenAt } from "./plan-written-at.ts";
import { writtenFiles } from "./written-files.ts";

/**
 * A hook for `tool.execute.after` that files every plan of the project `dir` for the session that
 * wrote it. It may throw; who hooks it into a client guards it.
 */
export function createToolPlanRegisterHook(
  dir: string,
  onWarning?: (warning: Warning) => void,
): (call: ToolCall) => Promise<void> {
  return async ({ tool, sessionID, args }) => {
    for (const file of writtenFiles(tool, args)) {
      const plan = await planWrittenAt(file, dir);
      if (plan !== undefined) await registerPlan(dir, sessionID, plan, { onWarning });
    }
  };
}
