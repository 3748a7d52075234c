import { assertBound, compareKeys } from "./key.ts";

/**
 * Which entries of a collection are asked for. Without bounds: from the first, or to the last. A bound
 * may be a byte longer than a key.
 */
export interface Range {
  readonly gt?: string | undefined;
  readonly gte?: string | undefined;
  readonly lt?: string | undefined;
  readonly lte?: string | undefined;
  /** From the last to the first; with a limit, the last ones. */
  readonly reverse?: boolean | undefined;
  /** How many at most: a whole number from 1, or Infinity. */
  readonly limit: number;
}

/**
 * Throws a TypeError for a range without a limit or with two lower or two upper bounds, and
 * `StoreError` (`REGISTRY_KEY_INVALID`) for a bound that no key can be compared with.
 */
export function assertRange(collection: string, range: Range): void {
  const { gt, gte, lt, lte, limit } = range;
  if (limit !== Infinity && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw new TypeError(`a range needs a limit: a whole number from 1, or Infinity`);
  }
  if (gt !== undefined && gte !== undefined) throw new TypeError("a range has gt or gte, not both");
  if (lt !== undefined && lte !== undefined) throw new TypeError("a range has lt or lte, not both");
  for (const bound of [gt, gte, lt, lte]) {
    if (bound !== undefined) assertBound(collection, bound);
  }
}

/** Those of the keys, which are sorted by `compareKeys`, that the range asks for, in its order. */
export function keysInRange(sorted: readonly string[], range: Range): string[] {
  const { reverse = false, limit } = range;
  const from = startOf(sorted, range);
  const to = endOf(sorted, range);
  if (from >= to) return [];
  if (reverse) return sorted.slice(Math.max(from, to - limit), to).toReversed();
  return sorted.slice(from, Math.min(to, from + limit));
}

function startOf(sorted: readonly string[], { gt, gte }: Range): number {
  if (gt !== undefined) return countBelow(sorted, (key) => compareKeys(key, gt) <= 0);
  if (gte !== undefined) return countBelow(sorted, (key) => compareKeys(key, gte) < 0);
  return 0;
}

function endOf(sorted: readonly string[], { lt, lte }: Range): number {
  if (lt !== undefined) return countBelow(sorted, (key) => compareKeys(key, lt) < 0);
  if (lte !== undefined) return countBelow(sorted, (key) => compareKeys(key, lte) <= 0);
  return sorted.length;
}

/** How many keys are below a bound, by halving. */
export function countBelow(sorted: readonly string[], isBelow: (key: string) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const key = sorted[middle];
    if (key !== undefined && isBelow(key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
