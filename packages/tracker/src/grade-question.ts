import { type Grade, GRADE_LABELS, isGrade } from "./records/grade.ts";

/** What the user is asked about a commit: for the grade, or for a word on it when that is known. */
export function gradeQuestion(commitHash: string, userGrade: Grade | undefined): string {
  const short = commitHash.slice(0, 8);
  if (userGrade !== undefined) {
    return `You graded commit ${short} ${userGrade} (${GRADE_LABELS[userGrade]}). Why?`;
  }
  const labels = ([-1, 1, 2, 5] as const).map((grade) => `${grade} ${GRADE_LABELS[grade]}`);
  return `Your grade for commit ${short} (${labels.join(", ")}), and why:`;
}

export interface GradeAnswer {
  /** Undefined: the user has given none. */
  readonly grade?: Grade;
  readonly note?: string;
}

/** Reads `2 well done`; where the grade is known, all of the answer is the note. */
export function readGradeAnswer(answer: string | undefined, known: Grade | undefined): GradeAnswer {
  if (known !== undefined) return { grade: known, ...(answer !== undefined && { note: answer }) };
  const [, digits, note = ""] = /^(-?\d+)\s*[:,]?\s*(.*)$/s.exec(answer ?? "") ?? [];
  const grade = digits === undefined ? undefined : Number(digits);
  if (!isGrade(grade)) return {};
  return { grade, ...(note !== "" && { note }) };
}
