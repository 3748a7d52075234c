import type { Warning } from "@x/registry-core";
import { registerPlan } from "@x/registry-core/session-plans";

import type { ToolCall } from "./opencode.ts";
import { planWrittenAt } from "./plan-written-at.ts";

/** Tools whose `filePath` argument names the file that they have written. */
const WRITING_TOOLS: ReadonlySet<string> = new Set(["write", "edit"]);

/**
 * A hook for `tool.execute.after` that files every plan of the project `dir` for the session that
 * wrote it. It may throw; who hooks it into a client guards it.
 */
export function createToolPlanRegisterHook(
  dir: string,
  onWarning?: (warning: Warning) => void,
): (call: ToolCall) => Promise<void> {
  return async ({ tool, sessionID, args }) => {
    const filePath = filePathOf(args);
    if (!WRITING_TOOLS.has(tool) || filePath === undefined) return;
    const plan = await planWrittenAt(filePath, dir);
    if (plan !== undefined) await registerPlan(dir, sessionID, plan, { onWarning });
  };
}

function filePathOf(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null || !("filePath" in args)) return undefined;
  return typeof args.filePath === "string" ? args.filePath : undefined;
}
