const collator = new Intl.Collator("en", { numeric: true });

/** Whether both are ids of one plan. Their parts are compared as numbers: `02-1` is `2-01`. */
export function isSamePlan(one: string, other: string): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether it is among them. */
export function includesPlan(plans: readonly string[], plan: string): boolean {
  return plans.some((other) => isSamePlan(other, plan));
}

/** As people count: `2` before `10`, and `02-1` behind `02`. */
export function byPlan(one: string, other: string): number {
  const order = collator.compare(keyOf(one), keyOf(other));
  return order || (one < other ? -1 : Number(one > other));
}

/** In their order, each once, and spelled as in `known` where it is there. */
export function orderedPlans(plans: readonly string[], known: readonly string[] = []): string[] {
  const spelling = new Map(known.toReversed().map((plan) => [keyOf(plan), plan]));
  const ordered = new Map<string, string>();
  for (const plan of plans.toSorted(byPlan)) {
    const key = keyOf(plan);
    if (!ordered.has(key)) ordered.set(key, spelling.get(key) ?? plan);
  }
  return [...ordered.values()];
}

/** The first of the plans that is not among the others; undefined where all are. */
export function firstBeyond(
  plans: readonly string[],
  others: readonly string[],
): string | undefined {
  const keys = new Set(others.map(keyOf));
  return plans.find((plan) => !keys.has(keyOf(plan)));
}

/** The one text for all spellings of an id: that without the zeros in front of its parts. */
function keyOf(plan: string): string {
  return plan.replaceAll(/(?<=^|[-.])0+(?=\d)/g, "");
}
