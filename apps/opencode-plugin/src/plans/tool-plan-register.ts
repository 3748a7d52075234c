import { registerPlan } from "@x/registry-core/session-plans";

import type { ToolCall } from "../opencode.ts";
import { fieldOf } from "../payload.ts";
import type { Warning } from "../warning.ts";
import { writtenFiles } from "../written-files.ts";
import { planWrittenAt } from "./plan-written-at.ts";

/** Whose plans are filed, and who hears what could not be. */
export interface PlanRegisterOptions {
  readonly onWarning?: ((warning: Warning) => void) | undefined;
  /** What relative paths begin at: the folder of the client. Default: `dir`. */
  readonly directory?: string | undefined;
  /** The session that has started this one. */
  readonly parentOf?: ((sessionID: string) => string | undefined) | undefined;
}

/**
 * A hook for `tool.execute.after` that files every plan of the project `dir` for the session that
 * wrote it. It may throw; who hooks it into a client guards it.
 */
export function createToolPlanRegisterHook(
  dir: string,
  { directory, onWarning, parentOf }: PlanRegisterOptions = {},
): (call: ToolCall, output?: unknown) => Promise<void> {
  return async (call, output) => {
    // Where the client gives the arguments to its hooks, before a call and behind it.
    const args = call.args ?? fieldOf(output, "args");
    const { sessionID } = call;
    for (const plan of await plansWritten(dir, { ...call, args }, directory)) {
      await registerPlan(dir, sessionID, plan, { onWarning, parentID: parentOf?.(sessionID) });
    }
  };
}

/** The names of the plans of the project that the call has written. */
export async function plansWritten(
  dir: string,
  { tool, args }: Pick<ToolCall, "tool" | "args">,
  directory = dir,
): Promise<string[]> {
  const plans = await Promise.all(
    writtenFiles(tool, args).map((file) => planWrittenAt(file, dir, directory)),
  );
  return plans.filter((plan) => plan !== undefined);
}
