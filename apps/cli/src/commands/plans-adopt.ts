import {
  assertPlanName,
  listPlanFiles,
  planFileExists,
  planNameOf,
  registerPlan,
} from "@x/registry-core/session-plans";

import type { Command } from "../command.ts";
import { CliError } from "../errors.ts";
import { plansRoot } from "../plans-root.ts";
import { printable } from "../printable.ts";

export const plansAdopt: Command = {
  synopsis: "<plan> --session <id>",
  example: "cabinet plans adopt auth-fix --session ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
  arguments: 1,
  options: {
    session: { type: "string", value: "<id>", summary: "The session that the plan belongs to" },
  },
  run: async (invocation) => {
    const { positionals, options, now, onWarning } = invocation;
    const sessionID = options["session"];
    if (typeof sessionID !== "string" || sessionID.trim() === "") {
      const hint = "Add --session <id>; `cabinet plans` shows the ids of sessions with plans.";
      throw new CliError("CABINET_USAGE", "Whose plan is it? The session id is missing.", hint);
    }
    const root = await plansRoot(invocation);
    const { path } = root;
    const name = planNameIn(positionals[0] ?? "");
    assertPlanName(name);
    if (!planFileExists(path, name)) {
      // Where the folder itself cannot be read, that is what there is to say.
      await listPlanFiles(path);
      const hint = "`cabinet plans` lists the plans that are there.";
      throw new CliError(
        "CABINET_PLAN_NOT_FOUND",
        `There is no plan .ai/plan-${name}.md in ${path}.`,
        hint,
      );
    }
    const stored = await registerPlan(path, sessionID, name, { now, onWarning });
    return {
      data: { root, sessionID, plan: stored },
      text: () => `Filed plan ${printable(name)} for session ${printable(sessionID)}.`,
    };
  },
};

/** People complete paths in their shell: `.ai/plan-login.md` is as good as `login`. */
function planNameIn(argument: string): string {
  const [, file = argument] = /^(?:\.\/)?(?:\.ai[/\\])?([^/\\]+)$/.exec(argument) ?? [];
  return planNameOf(file) ?? argument;
}
