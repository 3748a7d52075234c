import { type Grade, isGrade } from "./records/grade.ts";

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
  | { readonly type: "tool" | "command" | "commit" | "bug" | "reinstate" }
  /** How a commit was graded: by the agent itself and, where it said so, by the user. */
  | { readonly type: "grade"; readonly agentGrade: Grade; readonly userGrade?: Grade | undefined }
  /** How the agent communicated. */
  | { readonly type: "communication"; readonly grade: Grade };

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
      const user = event.userGrade === undefined ? 0 : pointsOf(event.userGrade);
      const graded = communicate(score, pointsOf(event.agentGrade) + user);
      return gainExperience(graded, SCORING_POLICY.experience.grade);
    }
    case "communication":
      return communicate(score, pointsOf(event.grade));
    case "bug": {
      const skill_points = score.skill_points - 1;
      const active = score.active && skill_points > 0;
      return { ...score, skill_points, active, total_bugs: score.total_bugs + 1 };
    }
    case "reinstate": {
      const skill_points = Math.max(score.skill_points, SCORING_POLICY.initial.skillPoints);
      return { ...score, skill_points, active: true };
    }
  }
}

/** The score with what its numbers come to: a level that was reached, a halt without skill points. Pure. */
export function withLevels(score: AgentScore): AgentScore {
  // A halted agent (no skill points) has no level to rise from.
  if (score.skill_points <= 0) return score.active ? { ...score, active: false } : score;
  if (score.experience_points < pointsOfLevel(score.skill_points)) return score;
  return { ...score, experience_points: 0, skill_points: score.skill_points + 1 };
}

/** The experience at which an agent of so many skill points rises. */
export function pointsOfLevel(skillPoints: number): number {
  return SCORING_POLICY.experiencePerSkillPoint * skillPoints;
}

function gainExperience(score: AgentScore, points: number): AgentScore {
  return withLevels({ ...score, experience_points: score.experience_points + points });
}

function communicate(score: AgentScore, points: number): AgentScore {
  return { ...score, communication_score: Math.max(0, score.communication_score + points) };
}

function pointsOf(grade: Grade): number {
  if (!isGrade(grade)) throw new RangeError(`a grade is -1, 1, 2 or 5, not ${String(grade)}`);
  return grade;
}
