import { type Grade, isGrade } from "./grade.ts";

/** The numbers of an agent's record. Field names are those of the stored record. */
export interface AgentScore {
  readonly skill_points: number;
  readonly experience_points: number;
  readonly communication_score: number;
  readonly total_commits: number;
  readonly total_bugs: number;
  /** False once the agent is halted: it has no skill points left. */
  readonly active: boolean;
}

/** What happened. Only what succeeded is an event. */
export type ScoreEvent =
  | { readonly type: "tool" | "command" | "commit" | "bug" }
  | { readonly type: "grade"; readonly agentGrade: Grade; readonly userGrade: Grade };

/** The rules of scoring, all in one place. Units are points. */
export const SCORING_POLICY = {
  initial: { skillPoints: 1, experiencePoints: 0, communicationScore: 60 },
  experience: { tool: 1, command: 2, commit: 5, grade: 1 },
  /** An agent of so many skill points rises at this many times as many experience points. */
  experiencePerSkillPoint: 10_000,
} as const;

/** The score of an agent nobody has seen before. */
export function createAgentScore(): AgentScore {
  const { skillPoints, experiencePoints, communicationScore } = SCORING_POLICY.initial;
  return {
    skill_points: skillPoints,
    experience_points: experiencePoints,
    communication_score: communicationScore,
    total_commits: 0,
    total_bugs: 0,
    active: true,
  };
}

/** The score after the event. Pure; throws a RangeError for a grade that is none. */
export function applyScoreEvent(score: AgentScore, event: ScoreEvent): AgentScore {
  switch (event.type) {
    case "tool":
    case "command":
      return gainExperience(score, SCORING_POLICY.experience[event.type]);
    case "commit": {
      const total_commits = score.total_commits + 1;
      return gainExperience({ ...score, total_commits }, SCORING_POLICY.experience.commit);
    }
    case "grade": {
      const change = pointsOf(event.agentGrade) + pointsOf(event.userGrade);
      const communication_score = Math.max(0, score.communication_score + change);
      return gainExperience({ ...score, communication_score }, SCORING_POLICY.experience.grade);
    }
    case "bug": {
      const skill_points = score.skill_points - 1;
      const active = score.active && skill_points > 0;
      return { ...score, skill_points, active, total_bugs: score.total_bugs + 1 };
    }
  }
}

function gainExperience(score: AgentScore, points: number): AgentScore {
  const experience_points = score.experience_points + points;
  const threshold = SCORING_POLICY.experiencePerSkillPoint * score.skill_points;
  // A halted agent (no skill points) has no level to rise from.
  if (score.skill_points <= 0 || experience_points < threshold) {
    return { ...score, experience_points };
  }
  return { ...score, experience_points: 0, skill_points: score.skill_points + 1 };
}

function pointsOf(grade: Grade): number {
  if (!isGrade(grade)) throw new RangeError(`a grade is -1, 1, 2 or 5, not ${String(grade)}`);
  return grade;
}
