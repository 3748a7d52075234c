import { printable } from "@x/registry-core/text";
import type { CommunicationScoreEvent, Grade, TrackRecord } from "@x/tracker";

import { type OptionValues, usageError } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { candidateList } from "../screen/candidate-list.ts";
import { isoTime } from "../screen/iso-time.ts";
import { agentView } from "../tracker/tracker-agent-data.ts";
import { requireAgent } from "../tracker/tracker-agent.ts";
import { changeTracker } from "../tracker/tracker-change.ts";
import { type CommitPlace, findCommit } from "../tracker/tracker-commit.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { GRADE_WORDS, gradeLabel, gradeOption } from "../tracker/tracker-grade.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const trackerGrade: Command = {
  synopsis: "<agent> <commit> [--agent-grade <grade>] [--user-grade <grade>]",
  example: [
    "cabinet tracker grade build@anthropic 4f2a91c --agent-grade good --user-grade excellence",
    "cabinet tracker grade build@anthropic 4f2a91c --user-grade=-1",
  ],
  arguments: 2,
  options: {
    ...TRACKER_OPTIONS,
    "agent-grade": {
      type: "string",
      value: "<grade>",
      completes: GRADE_WORDS,
      summary: "Its own, for the commit: bad, neutral, good, excellence; or =-1, 1, 2, 5",
    },
    "user-grade": {
      type: "string",
      value: "<grade>",
      completes: GRADE_WORDS,
      summary: "The user's; alone, for how it communicated: no experience is gained",
    },
    project: {
      type: "string",
      value: "<path>",
      completes: "folder",
      summary: "Default: that of the commit on record, else this checkout",
    },
  },
  run: async (invocation) => {
    const [given = "", commit = ""] = invocation.positionals;
    const grades = gradesIn(invocation.options);
    if (commit.trim() === "") throw usageError("The hash of the commit is empty.");
    return withTracker(invocation, "existing", async (tracker) => {
      const { path, database } = tracker;
      const { id, communication_score: before } = await requireAgent(database, given, "change");
      const place = await findCommit(invocation, database, id, commit);
      const earlier = await earlierGrades(database, id, place);
      const { commit_hash, project_path } = place;
      await changeTracker(invocation, tracker, (service) =>
        grades.agent === undefined
          ? service.recordCommunicationScore(id, commit_hash, project_path, grades.user)
          : service.recordCommitGrade(id, commit_hash, project_path, grades.agent, grades.user),
      );
      warn(invocation, id, place, earlier);
      const agent = await requireAgent(database, id, "change");
      const text = `Graded commit ${commit_hash} of ${id}: ${wordsOf(grades)}. Its score: ${before} → ${agent.communication_score}.`;
      return {
        data: {
          database: path,
          agent: agentView(agent),
          commit_hash,
          project_path,
          agent_grade: grades.agent ?? null,
          user_grade: grades.user ?? null,
        },
        text: () => printable(text),
      };
    });
  },
};

/** One of both at least. */
type Grades =
  | { readonly agent: Grade; readonly user: Grade | undefined }
  | { readonly agent: undefined; readonly user: Grade };

function gradesIn(options: OptionValues): Grades {
  const agent = gradeOption(options, "agent-grade");
  const user = gradeOption(options, "user-grade");
  if (agent !== undefined) return { agent, user };
  if (user !== undefined) return { agent, user };
  throw usageError("How good is it? --agent-grade or --user-grade is missing.");
}

async function earlierGrades(
  database: TrackRecord,
  agentId: string,
  { commit_hash, project_path }: CommitPlace,
): Promise<CommunicationScoreEvent[]> {
  const all = await database.listCommunicationEvents({ agentId, projectPath: project_path });
  return all.filter((event) => event.commit_hash === commit_hash);
}

/** What was recorded all the same, and may be a slip. */
function warn(
  { onWarning }: Invocation,
  agentId: string,
  { commit_hash, project_path, isOnRecord }: CommitPlace,
  earlier: readonly CommunicationScoreEvent[],
): void {
  if (!isOnRecord) {
    const message = `no commit ${commit_hash} of ${agentId} in ${project_path} is on record; the grade was recorded. \`cabinet tracker commits <agent>\` lists those that are`;
    onWarning({ code: "CABINET_COMMIT_NOT_ON_RECORD", message, path: project_path });
  }
  if (earlier.length > 0) {
    const before = candidateList(
      earlier.map(({ grade, reason, timestamp }) =>
        [gradeLabel(grade), reason, isoTime(timestamp)].filter(Boolean).join(" "),
      ),
    );
    const message = `commit ${commit_hash} of ${agentId} was graded before: ${before}; those and the new grade all count`;
    onWarning({ code: "CABINET_COMMIT_GRADED_BEFORE", message, path: project_path });
  }
}

function wordsOf({ agent, user }: Grades): string {
  const words = [
    ...(agent === undefined ? [] : [`${gradeLabel(agent)} by the agent`]),
    ...(user === undefined ? [] : [`${gradeLabel(user)} by the user`]),
  ];
  return words.join(", ");
}
