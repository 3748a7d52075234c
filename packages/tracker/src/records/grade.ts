/** How well an agent worked on a commit, as the agent itself or the user sees it. */
export const GRADE_LABELS = { [-1]: "bad", 1: "neutral", 2: "good", 5: "excellence" } as const;

/** A grade that counts: those of `GRADE_LABELS`. */
export type Grade = -1 | 1 | 2 | 5;

/** Whether it is one of the four grades. */
export function isGrade(value: unknown): value is Grade {
  return value === -1 || value === 1 || value === 2 || value === 5;
}
