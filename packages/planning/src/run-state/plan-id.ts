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
  return comparePieces(piecesOf(one), piecesOf(other)) || compareTexts(one, other);
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

/** Numbers, and what stands between them. (A collator does it too, and takes longer to load than all the rest.) */
function piecesOf(plan: string): string[] {
  const pieces = plan.toLowerCase().match(/\d+|\D+/g) ?? [];
  return pieces.map((piece) => piece.replace(/^0+(?=\d)/, ""));
}

function comparePieces(one: readonly string[], other: readonly string[]): number {
  const index = one.findIndex((piece, place) => piece !== other[place]);
  const [piece, counterpart] = [one[index], other[index]];
  if (piece === undefined) return one.length - other.length;
  if (counterpart === undefined) return 1;
  const areNumbers = /^\d/.test(piece) && /^\d/.test(counterpart);
  const byLength = areNumbers ? piece.length - counterpart.length : 0;
  return byLength || compareTexts(piece, counterpart);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The one text for all spellings of an id: that without the zeros in front of its parts. */
function keyOf(plan: string): string {
  return plan.replaceAll(/(?<=^|[-.])0+(?=\d)/g, "");
}
