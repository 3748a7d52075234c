import { printable } from "@x/registry-core/text";
import type { RetrospectiveEntry } from "@x/tracker";

import type { Command, Style } from "../command.ts";
import { wholeNumberOption } from "../options/whole-number-option.ts";
import { entryLines } from "../tracker/tracker-activity-lines.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { agentIdWith } from "../tracker/tracker-entries.ts";
import { gradeLabel } from "../tracker/tracker-grade.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

const DEFAULT_LIMIT = 20;

export const trackerRetrospectives: Command = {
  synopsis: "<agent>",
  example: "cabinet tracker retrospectives build@anthropic/claude-sonnet-4 --limit 5",
  arguments: 1,
  options: {
    ...TRACKER_OPTIONS,
    limit: { type: "string", value: "<n>", summary: "The last so many; default 20" },
  },
  run: async (invocation) => {
    const [given = ""] = invocation.positionals;
    const limit = wholeNumberOption(invocation.options, "limit") ?? DEFAULT_LIMIT;
    return withTracker(invocation, "existing", async ({ path, database }) => {
      const agent = await agentIdWith(database, given, (id) => database.getRetrospectives(id, 1));
      const retrospectives = await database.getRetrospectives(agent, limit);
      return {
        data: { database: path, agent, retrospectives },
        text: (style) =>
          retrospectives.length === 0
            ? `There are no retrospectives of ${printable(agent)}.`
            : retrospectives.map((entry) => linesOf(entry, style)).join("\n"),
      };
    });
  },
};

function linesOf(entry: RetrospectiveEntry, style: Style): string {
  const { timestamp, commit, task, agent_grade, user_grade } = entry;
  const grades = `${gradeLabel(agent_grade)} by the agent, ${gradeLabel(user_grade)} by the user`;
  return entryLines(
    timestamp,
    `${commit}  ${task}`,
    [
      ["grades", grades],
      ["score", `${entry.score_before} → ${entry.score_after}`],
      ["agent", entry.agent_note],
      ["user", entry.user_note],
    ],
    style,
  );
}
