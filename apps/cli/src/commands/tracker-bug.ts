import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { plural } from "../screen/plural.ts";
import { agentView } from "../tracker/tracker-agent-data.ts";
import { requireAgent } from "../tracker/tracker-agent.ts";
import { changeTracker } from "../tracker/tracker-change.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const trackerBug: Command = {
  synopsis: "<agent>",
  example: "cabinet tracker bug build@anthropic/claude-sonnet-4",
  arguments: 1,
  options: TRACKER_OPTIONS,
  run: (invocation) =>
    withTracker(invocation, "existing", async (tracker) => {
      const [given = ""] = invocation.positionals;
      const { path, database } = tracker;
      const { id } = await requireAgent(database, given, "change");
      await changeTracker(invocation, tracker, (service) => service.reportBug(id));
      const agent = agentView(await requireAgent(database, id, "change"));
      const { total_bugs, skill_points, halted } = agent;
      const text = `Reported a bug of ${id}: ${plural(total_bugs, "bug")}, level ${skill_points}.`;
      return {
        data: { database: path, agent },
        text: (style) =>
          halted ? `${printable(text)} ${style.red("It is halted.")}` : printable(text),
        ...(halted && {
          hint: "`cabinet tracker reinstate <agent> --reason <text>` lets it work again.",
        }),
      };
    }),
};
