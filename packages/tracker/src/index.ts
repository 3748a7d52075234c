export { type Grade, GRADE_LABELS, isGrade } from "./grade.ts";
export {
  type AgentScore,
  applyScoreEvent,
  createAgentScore,
  type ScoreEvent,
  SCORING_POLICY,
} from "./score.ts";
