import { compareSetups, type SetupComparison } from "@x/tracker";

import type { Command, Style } from "../command.ts";
import { isoTime } from "../iso-time.ts";
import { type Cell, table } from "../table.ts";
import { projectOption } from "../tracker-commit.ts";
import { NOTHING_TRACKED, TRACKER_OPTIONS, withTracker } from "../tracker-database.ts";

const HEADING = ["SET-UP", "COMMITS", "GRADE", "GOOD", "BUGS", "LEVEL", "SCORE", "LAST"];

export const trackerCompare: Command = {
  synopsis: "",
  example: "cabinet tracker compare --by-project",
  arguments: 0,
  options: {
    ...TRACKER_OPTIONS,
    project: { type: "string", value: "<path>", summary: "What was done in this project only" },
    "by-project": { type: "boolean", summary: "A line for each project and set-up" },
  },
  run: (invocation) =>
    withTracker(invocation, "existing", async ({ path, database }) => {
      const agents = await database.listAgents();
      const all = {
        commits: await database.listCommits(),
        grades: await database.listCommunicationEvents(),
      };
      const project = projectOption(invocation, [...all.commits, ...all.grades]);
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
          return agents.length === 0 ? NOTHING_TRACKED : "No commit or grade is on record there.";
        },
      };
    }),
};

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
    const project = isByProject ? [{ text: one.projectPath ?? "-" }] : [];
    const cells: Cell[] = [
      ...project,
      { text: one.agentId },
      { text: String(one.commits) },
      { text: one.meanGrade === undefined ? "-" : `${one.meanGrade.toFixed(2)} (${one.grades})` },
      { text: one.goodShare === undefined ? "-" : `${Math.round(one.goodShare * 100)} %` },
      { text: String(one.bugs) },
      { text: one.halted ? `${one.skillPoints}, halted` : String(one.skillPoints) },
      { text: String(one.communicationScore) },
      { text: isoTime(one.lastAt) },
    ];
    return one.halted ? cells.map(({ text }) => ({ text, paint: style.red })) : cells;
  });
  return table(isByProject ? ["PROJECT", ...HEADING] : HEADING, rows, style);
}
