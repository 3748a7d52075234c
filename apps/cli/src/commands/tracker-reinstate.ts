import { printable } from "@x/registry-core/text";

import { textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { agentView, stateOf } from "../tracker/tracker-agent-data.ts";
import { requireAgent } from "../tracker/tracker-agent.ts";
import { changeTracker } from "../tracker/tracker-change.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const trackerReinstate: Command = {
  synopsis: "<agent> --reason <text>",
  example:
    "cabinet tracker reinstate build@anthropic/claude-sonnet-4 --reason 'the prompt was wrong'",
  arguments: 1,
  options: {
    ...TRACKER_OPTIONS,
    reason: { type: "string", value: "<text>", summary: "Why it may work again" },
  },
  run: async (invocation) => {
    const reason = textOption(invocation.options, "reason");
    if (reason === undefined)
      throw usageError("Why may it work again? --reason <text> is missing.");
    return withTracker(invocation, "existing", async (tracker) => {
      const [given = ""] = invocation.positionals;
      const { path, database } = tracker;
      const before = await requireAgent(database, given, "change");
      const isChanged = stateOf(before) !== "active";
      if (isChanged) {
        await changeTracker(invocation, tracker, (service) =>
          service.reinstateAgent(before.id, reason),
        );
      }
      const agent = agentView(await requireAgent(database, before.id, "change"));
      const text = isChanged
        ? `${agent.id} may work again, at level ${agent.skill_points}.`
        : `${agent.id} was not halted: nothing was changed.`;
      return { data: { database: path, agent, isChanged }, text: () => printable(text) };
    });
  },
};
