import { type Grade, GRADE_LABELS, isGrade } from "@x/tracker";

import { type OptionValues, textOption, usageError } from "../arguments.ts";

const GRADES: readonly Grade[] = [-1, 1, 2, 5];

/** Those that a grade may be given by. */
export const GRADE_WORDS: readonly string[] = GRADES.map((grade) => GRADE_LABELS[grade]);

/** The grade given for an option, as a number or as its word; undefined without it. Throws `CABINET_USAGE`. */
export function gradeOption(values: OptionValues, name: string): Grade | undefined {
  const text = textOption(values, name)?.trim();
  if (text === undefined) return undefined;
  const word = GRADES.find((grade) => GRADE_LABELS[grade] === text.toLowerCase());
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  if (word !== undefined) return word;
  if (isGrade(number)) return number;
  const takes = GRADES.map((grade) => `${grade} (${GRADE_LABELS[grade]})`).join(", ");
  throw usageError(`--${name} takes ${takes}, not "${text}".`);
}

/** As `2 (good)`. */
export function gradeLabel(grade: Grade): string {
  return `${grade} (${GRADE_LABELS[grade]})`;
}
