import { listPlanFiles, planFileExists, registerPlan } from "@x/registry-core/session-plans";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { parsePlanArgument } from "../plans/plan-argument.ts";
import { plansRoot } from "../plans/plans-root.ts";

export const plansAdopt: Command = {
  synopsis: "<plan> --session <id>",
  example: "cabinet plans adopt auth-fix --session ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
  arguments: 1,
  completes: ["plan"],
  options: {
    session: {
      type: "string",
      value: "<id>",
      completes: "session",
      summary: "The session that the plan belongs to",
    },
    parent: {
      type: "string",
      value: "<id>",
      completes: "session",
      summary: "The session that started this one",
    },
  },
  run: async (invocation) => {
    const { positionals, options, now, onWarning } = invocation;
    const sessionID = textOption(options, "session");
    const parentID = textOption(options, "parent");
    if (sessionID === undefined) {
      const hint = "Add --session <id>; `cabinet plans` shows the ids of sessions with plans.";
      throw new CliError("CABINET_USAGE", "Whose plan is it? The session id is missing.", hint);
    }
    const root = await plansRoot(invocation);
    const { path } = root;
    const { name } = parsePlanArgument(positionals[0] ?? "");
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
    const stored = await registerPlan(path, sessionID, name, { now, parentID, onWarning });
    return {
      data: { root, sessionID, plan: stored },
      text: () => `Filed plan ${printable(name)} for session ${printable(sessionID)}.`,
    };
  },
};
