import { printable } from "@x/registry-core/text";
import { type AgentData, type CommitData, compareSetups, type SetupComparison } from "@x/tracker";

import type { Command, Style } from "../command.ts";
import { candidateList } from "../screen/candidate-list.ts";
import { isoTime } from "../screen/iso-time.ts";
import { type Cell, table } from "../screen/table.ts";
import { nothingTracked, withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";
import { projectOption } from "../tracker/tracker-project.ts";

const HEADING = ["SET-UP", "COMMITS", "GRADE", "GOOD", "BUGS", "LEVEL", "SCORE", "LAST"];

export const trackerCompare: Command = {
  synopsis: "",
  example: "cabinet tracker compare --by-project",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    project: {
      type: "string",
      value: "<path>",
      completes: "folder",
      summary: "What was done in this project only",
    },
    "by-project": { type: "boolean", summary: "A line for each project and set-up" },
  },
  run: (invocation) =>
    withTracker(invocation, "existing", async ({ path, database }) => {
      const agents = await database.listAgents();
      const all = {
        commits: await database.listCommits(),
        grades: await database.listCommunicationEvents(),
      };
      const project = await projectOption(invocation, [...all.commits, ...all.grades]);
      const isMeant = ({ project_path }: { readonly project_path: string }): boolean =>
        project === undefined || project_path === project;
      const isByProject = invocation.options["by-project"] === true;
      const setups = compareSetups(
        {
          agents,
          commits: all.commits.filter(isMeant),
          grades: all.grades.filter(isMeant),
        },
        { by: isByProject ? "project" : "agent" },
      ).filter(({ commits, grades }) => project === undefined || commits + grades > 0);
      return {
        data: { database: path, project: project ?? null, setups: setups.map(dataOf) },
        text: (style) => {
          if (setups.length > 0) return tableOf(setups, isByProject, style);
          if (agents.length === 0) return nothingTracked(path);
          return printable(
            `No commit or grade is on record${project === undefined ? "" : ` of ${project}`}.`,
          );
        },
        ...hintFor(agents, all.commits),
      };
    }),
};

/** What was pruned counts for the agent itself, and not in the table. */
function hintFor(agents: readonly AgentData[], commits: readonly CommitData[]) {
  const counts = new Map<string, number>();
  for (const { agent_id } of commits) counts.set(agent_id, (counts.get(agent_id) ?? 0) + 1);
  const more = agents.filter(({ id, total_commits }) => total_commits > (counts.get(id) ?? 0));
  if (more.length === 0) return {};
  const names = candidateList(
    more.map(({ id, total_commits }) => `${id} (${counts.get(id) ?? 0} of ${total_commits})`),
  );
  const hint = `Only commits on record are counted, and not all are: ${names}. What was pruned is in files beside the database: \`cabinet tracker import <file>\`.`;
  return { hint };
}

function dataOf(one: SetupComparison) {
  return {
    agent: one.agentId,
    project: one.projectPath ?? null,
    commits: one.commits,
    mean_grade: one.meanGrade ?? null,
    grades: one.grades,
    good_share: one.goodShare ?? null,
    bugs: one.bugs,
    skill_points: one.skillPoints,
    experience_points: one.experiencePoints,
    communication_score: one.communicationScore,
    halted: one.halted,
    last_at: one.lastAt ?? null,
  };
}

function tableOf(setups: readonly SetupComparison[], isByProject: boolean, style: Style): string {
  const rows = setups.map((one): Cell[] => {
    const project = isByProject ? [nameCell(one.projectPath ?? "-")] : [];
    const cells: Cell[] = [
      ...project,
      nameCell(one.agentId),
      { text: String(one.commits) },
      { text: one.meanGrade === undefined ? "-" : `${one.meanGrade.toFixed(2)} (${one.grades})` },
      { text: one.goodShare === undefined ? "-" : `${Math.round(one.goodShare * 100)} %` },
      { text: String(one.bugs) },
      { text: one.halted ? `${one.skillPoints}, halted` : String(one.skillPoints) },
      { text: String(one.communicationScore) },
      { text: isoTime(one.lastAt) },
    ];
    return one.halted ? cells.map((cell) => ({ ...cell, paint: style.red })) : cells;
  });
  return table(isByProject ? ["PROJECT", ...HEADING] : HEADING, rows, style);
}

function nameCell(text: string): Cell {
  return { text, mayShrink: true };
}
