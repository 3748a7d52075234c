import { planFileExists, registerPlan } from "@x/registry-core/session-plans";

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { printable } from "../printable.ts";

export const plansAdopt: Command = {
  synopsis: "<plan> --session <id>",
  example: "cabinet plans adopt auth-fix --session ses_66d1a2b3c4d5AbCdEfGhIjKlMn",
  arguments: 1,
  options: {
    session: { type: "string", value: "<id>", summary: "The session that the plan belongs to" },
  },
  run: async ({ positionals: [name = ""], options, roots, now, note, onWarning }) => {
    const sessionID = options["session"];
    if (typeof sessionID !== "string" || sessionID === "") {
      const hint = "Add --session <id>; `cabinet plans` shows the ids of sessions with plans.";
      throw new CliError("CABINET_USAGE", "Whose plan is it? The session id is missing.", hint);
    }
    const { path, rule } = (await roots()).plans;
    note(`plans are looked for in ${path} (by ${rule})`);
    if (!planFileExists(path, name)) {
      const hint = "`cabinet plans` lists the plans that are there.";
      throw new CliError(
        "PLAN_NOT_FOUND",
        `There is no plan .ai/plan-${name}.md in ${path}.`,
        hint,
      );
    }
    const plan = await registerPlan(path, sessionID, name, { now, onWarning });
    return {
      data: { root: { path, rule }, sessionID, plan },
      text: () => `Filed plan ${printable(name)} for session ${printable(sessionID)}.`,
    };
  },
};
