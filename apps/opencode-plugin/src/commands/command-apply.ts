import type { CommandCall, CommandOutput } from "../opencode.ts";
import { argumentText, setText } from "./command-text.ts";

/**
 * A hook for `command.execute.before`: `/apply <what>` becomes the order to make a small edit at once, in the working
 * directory `dir`, without a plan.
 */
export function createCommandApplyHook(
  dir: string,
): (call: CommandCall, output: CommandOutput) => Promise<void> {
  return async ({ command, arguments: typed }, output) => {
    if (command !== "apply") return;
    const what = argumentText(typed);
    setText(
      output,
      what === "" ? USAGE : `[APPLY-MODE] Working directory: ${dir}\n\n${ORDER}\n\n${what}`,
    );
  };
}

const USAGE =
  "Tell the user: Usage: `/apply <what>`, a small edit that is made at once, without a plan.";
const ORDER =
  "Make this edit now, directly in the files: it is small. Write no plan for it, and change nothing else.";
