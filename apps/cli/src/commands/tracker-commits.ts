import { printable } from "@x/registry-core/text";
import type { CommitData, CommunicationScoreEvent } from "@x/tracker";

import type { Command, Style } from "../command.ts";
import { wholeNumberOption } from "../options/whole-number-option.ts";
import { isoTime } from "../screen/iso-time.ts";
import { shortNames } from "../screen/short-names.ts";
import { type Cell, table } from "../screen/table.ts";
import { requireAgent } from "../tracker/tracker-agent.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

const DEFAULT_LIMIT = 20;
const HEADING = ["COMMIT", "TIME", "GRADES", "PROJECT", "TASK"];

export const trackerCommits: Command = {
  synopsis: "<agent>",
  example: "cabinet tracker commits build@anthropic/claude-sonnet-4 --limit 5",
  arguments: 1,
  options: {
    ...TRACKER_OPTIONS,
    limit: { type: "string", value: "<n>", summary: "The last so many; default 20" },
  },
  run: async (invocation) => {
    const [given = ""] = invocation.positionals;
    const limit = wholeNumberOption(invocation.options, "limit") ?? DEFAULT_LIMIT;
    return withTracker(invocation, "existing", async ({ path, database }) => {
      const { id: agentId } = await requireAgent(database, given, "show");
      const all = await database.listCommits({ agentId });
      const grades = await database.listCommunicationEvents({ agentId });
      const short = shortNames(all.map(({ commit_hash }) => commit_hash));
      const shown = all
        .toSorted((one, other) => one.timestamp.getTime() - other.timestamp.getTime())
        .slice(-limit)
        .map((commit): GradedCommit => {
          const name = short.get(commit.commit_hash) ?? commit.commit_hash;
          return { commit, name, grades: grades.filter((grade) => isOf(grade, commit)) };
        });
      return {
        data: { database: path, agent: agentId, commits: shown.map(dataOf) },
        text: (style) =>
          shown.length === 0
            ? printable(`No commit of ${agentId} is on record.`)
            : tableOf(shown, style),
        ...(shown.length < all.length && {
          hint: `The last ${shown.length} of ${all.length}: --limit <n> shows more.`,
        }),
      };
    });
  },
};

interface GradedCommit {
  readonly commit: CommitData;
  /** The beginning of its hash, which is that of no other commit of the agent. */
  readonly name: string;
  readonly grades: readonly CommunicationScoreEvent[];
}

function isOf(grade: CommunicationScoreEvent, commit: CommitData): boolean {
  return grade.commit_hash === commit.commit_hash && grade.project_path === commit.project_path;
}

function dataOf({ commit, grades }: GradedCommit) {
  return {
    commit_hash: commit.commit_hash,
    project_path: commit.project_path,
    task: commit.task_description,
    timestamp: commit.timestamp,
    grades: grades.map(({ grade, reason, timestamp }) => ({
      grade,
      reason: reason ?? null,
      timestamp,
    })),
  };
}

function tableOf(commits: readonly GradedCommit[], style: Style): string {
  const rows = commits.map(({ commit, name, grades }): Cell[] => [
    { text: name },
    { text: isoTime(commit.timestamp) },
    { text: grades.map(({ grade }) => String(grade)).join(" ") || "-" },
    { text: commit.project_path, mayShrink: true },
    { text: firstLine(commit.task_description), mayShrink: true },
  ]);
  return table(HEADING, rows, style);
}

function firstLine(text: string): string {
  const [line = "", ...more] = text.trim().split(/\r?\n/);
  return more.length > 0 ? `${line} …` : line;
}
