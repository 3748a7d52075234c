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
  const seen = new Set<string>();
  return plans.toSorted(byPlan).flatMap((plan) => {
    const key = keyOf(plan);
    if (seen.has(key)) return [];
    seen.add(key);
    return [known.find((other) => keyOf(other) === key) ?? plan];
  });
}

/** The one text for all spellings of an id: that without the zeros in front of its parts. */
function keyOf(plan: string): string {
  return plan.replaceAll(/(?<=^|[-.])0+(?=\d)/g, "");
}
