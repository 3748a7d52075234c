import type { Grade } from "@x/tracker";

import { usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { printable } from "../printable.ts";
import { agentView } from "../tracker-agent-data.ts";
import { requireAgent } from "../tracker-agent.ts";
import { changeTracker } from "../tracker-change.ts";
import { findCommit } from "../tracker-commit.ts";
import { TRACKER_OPTIONS, withTracker } from "../tracker-database.ts";
import { gradeLabel, gradeOption } from "../tracker-grade.ts";

export const trackerGrade: Command = {
  synopsis: "<agent> <commit> --agent-grade <grade>",
  example:
    "cabinet tracker grade build@anthropic 4f2a91c --agent-grade good --user-grade excellence",
  arguments: 2,
  options: {
    ...TRACKER_OPTIONS,
    "agent-grade": {
      type: "string",
      value: "<grade>",
      summary: "The agent's own: bad, neutral, good or excellence; or =-1, 1, 2, 5",
    },
    "user-grade": { type: "string", value: "<grade>", summary: "That of the user" },
    project: {
      type: "string",
      value: "<path>",
      summary: "Default: that of the commit on record, else this checkout",
    },
  },
  run: async (invocation) => {
    const [given = "", commit = ""] = invocation.positionals;
    const agentGrade = gradeOption(invocation.options, "agent-grade");
    const userGrade = gradeOption(invocation.options, "user-grade");
    if (agentGrade === undefined) throw usageError("How good is it? --agent-grade is missing.");
    if (commit.trim() === "") throw usageError("The hash of the commit is empty.");
    return withTracker(invocation, "existing", async (tracker) => {
      const { path, database } = tracker;
      const { id, communication_score: before } = await requireAgent(database, given);
      const place = await findCommit(invocation, database, id, commit);
      const { commit_hash, project_path } = place;
      await changeTracker(invocation, tracker, (service) =>
        service.recordCommitGrade(id, commit_hash, project_path, agentGrade, userGrade),
      );
      const agent = await requireAgent(database, id);
      const grades = gradesOf(agentGrade, userGrade);
      const text = `Graded commit ${commit_hash} of ${id}: ${grades}. Its score: ${before} → ${agent.communication_score}.`;
      return {
        data: {
          database: path,
          agent: agentView(agent),
          commit_hash,
          project_path,
          agent_grade: agentGrade,
          user_grade: userGrade ?? null,
        },
        text: () => printable(text),
      };
    });
  },
};

function gradesOf(agentGrade: Grade, userGrade: Grade | undefined): string {
  const agent = `${gradeLabel(agentGrade)} by the agent`;
  return userGrade === undefined ? agent : `${agent}, ${gradeLabel(userGrade)} by the user`;
}
