import { existsSync } from "node:fs";
import { join } from "node:path";

import { trashPlans } from "@x/registry-core/session-plans";

import type { CommandCall, CommandOutput } from "../opencode.ts";
import type { Warning } from "../warning.ts";
import { argumentText, setText } from "./command-text.ts";

/** Who hears what could not be put away. */
export interface CleanOptions {
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * A hook for `command.execute.before`: `/clean` puts the plans of the project `dir` and their registry away into
 * `.ai/.trash/`, from where `cabinet restore` brings them back; all else in `.ai/` stays. It may throw; who hooks it
 * into a client guards it.
 */
export function createCommandCleanHook(
  dir: string,
  { onWarning }: CleanOptions = {},
): (call: CommandCall, output: CommandOutput) => Promise<void> {
  return async ({ command, arguments: typed }, output) => {
    if (command !== "clean") return;
    if (argumentText(typed) !== "") {
      setText(output, USAGE);
      return;
    }
    const said = existsSync(join(dir, ".ai"))
      ? await clean(dir, onWarning)
      : "No `.ai/` directory found.";
    setText(output, `Tell the user this, and do nothing else: ${said}`);
  };
}

// Less than the session waits: what it was told has failed must not come about behind it.
const PATIENCE_MILLISECONDS = 700;
const USAGE =
  "Tell the user this, and do nothing else: Usage: `/clean`, without a name: it puts all plans away. Nothing was done.";

async function clean(dir: string, onWarning: CleanOptions["onWarning"]): Promise<string> {
  const trashed = await trashPlans(dir, { onWarning, timeoutMilliseconds: PATIENCE_MILLISECONDS });
  if (trashed === null) return "No `.md` files found that are plans, and no registry.";
  const { id, plans, hasRegistry } = trashed;
  const done = [
    plans.length === 0
      ? "No `.md` files found that are plans."
      : `Deleted ${plans.length} file(s).`,
    ...(hasRegistry ? ["Removed session-plan registry."] : []),
  ];
  return `${done.join(" ")} They are in \`.ai/.trash/${id}/\`; \`cabinet restore plans:${id}\` brings them back.`;
}
