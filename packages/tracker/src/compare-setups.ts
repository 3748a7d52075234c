import type { AgentData } from "./records/agent.ts";
import type { CommitData } from "./records/commit.ts";
import type { CommunicationScoreEvent } from "./records/communication-event.ts";

/** What one set-up has done, in one project or in all of them. */
export interface SetupComparison {
  readonly agentId: string;
  /** Undefined: in all projects. */
  readonly projectPath: string | undefined;
  readonly commits: number;
  /** The mean of all grades; undefined without one. */
  readonly meanGrade: number | undefined;
  readonly grades: number;
  /** Of all grades, those that are good or better, from 0 to 1; undefined without a grade. */
  readonly goodShare: number | undefined;
  /** The rest is of the set-up as a whole: it is not known by project. */
  readonly bugs: number;
  readonly skillPoints: number;
  readonly experiencePoints: number;
  readonly communicationScore: number;
  readonly halted: boolean;
  /** Of the last commit or grade. */
  readonly lastAt: Date | undefined;
}

/** What set-ups are compared by: all that a database has listed, or a part of it. */
export interface SetupFacts {
  readonly agents: readonly AgentData[];
  readonly commits: readonly CommitData[];
  readonly grades: readonly CommunicationScoreEvent[];
}

/**
 * A row for each set-up, or for each project and set-up: the better graded ones first, those with few grades
 * not before those with many. Pure. Which one to use is for the reader to say.
 */
export function compareSetups(
  { agents, commits, grades }: SetupFacts,
  { by }: { readonly by: "agent" | "project" },
): SetupComparison[] {
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  const rows = new Map<string, Row>();
  const rowOf = (agentId: string, projectPath: string): Row | undefined => {
    const agent = known.get(agentId);
    if (agent === undefined) return undefined;
    const project = by === "project" ? projectPath : undefined;
    const name = JSON.stringify([project ?? null, agentId]);
    const row = rows.get(name) ?? { agent, project, commits: [], grades: [] };
    rows.set(name, row);
    return row;
  };
  if (by === "agent") for (const { id } of agents) rowOf(id, "");
  for (const commit of commits) rowOf(commit.agent_id, commit.project_path)?.commits.push(commit);
  for (const grade of grades) rowOf(grade.agent_id, grade.project_path)?.grades.push(grade);
  return [...rows.values()].map(comparisonOf).toSorted(betterFirst);
}

interface Row {
  readonly agent: AgentData;
  readonly project: string | undefined;
  readonly commits: CommitData[];
  readonly grades: CommunicationScoreEvent[];
}

function comparisonOf({ agent, project: projectPath, commits, grades }: Row): SetupComparison {
  const sum = grades.reduce((total, { grade }) => total + grade, 0);
  const good = grades.filter(({ grade }) => grade >= 2).length;
  const times = [...commits, ...grades].map(({ timestamp }) => timestamp.getTime());
  return {
    agentId: agent.id,
    projectPath,
    commits: commits.length,
    meanGrade: grades.length === 0 ? undefined : sum / grades.length,
    grades: grades.length,
    goodShare: grades.length === 0 ? undefined : good / grades.length,
    bugs: agent.total_bugs,
    skillPoints: agent.skill_points,
    experiencePoints: agent.experience_points,
    communicationScore: agent.communication_score,
    halted: agent.skill_points <= 0,
    lastAt:
      times.length === 0 ? undefined : new Date(times.reduce((one, other) => Math.max(one, other))),
  };
}

function betterFirst(one: SetupComparison, other: SetupComparison): number {
  return (
    (one.projectPath ?? "").localeCompare(other.projectPath ?? "") ||
    cautiousMean(other) - cautiousMean(one) ||
    other.commits - one.commits ||
    one.agentId.localeCompare(other.agentId)
  );
}

// As if everybody had been graded neutral twice before: one lucky grade is no record.
const PRIOR_GRADES = 2;
const PRIOR_GRADE = 1;

function cautiousMean({ meanGrade = 0, grades }: SetupComparison): number {
  return (meanGrade * grades + PRIOR_GRADE * PRIOR_GRADES) / (grades + PRIOR_GRADES);
}
