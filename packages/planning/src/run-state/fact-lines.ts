const PLAN = /^- Plan: (.*)$/;

/** Facts as items of a list: each is a line of its own, for people too. */
export function factLines(facts: readonly string[]): string[] {
  return facts.map((fact) => `- ${fact}`);
}

/** The plan that one of the lines names as a fact; null where none does. */
export function planIn(lines: readonly string[]): string | null {
  for (const line of lines) {
    const plan = PLAN.exec(line)?.[1];
    if (plan !== undefined) return plan;
  }
  return null;
}
