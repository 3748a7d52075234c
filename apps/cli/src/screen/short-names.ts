// As Git shows hashes.
const SHORTEST = 7;

/** By name: the beginning of it that no other one of them has, 7 characters or more; the whole name where there is none. */
export function shortNames(names: readonly string[]): Map<string, string> {
  // In this order, the one that has most in common with a name is next to it.
  const sorted = [...new Set(names)].toSorted();
  return new Map(
    sorted.map((name, index) => {
      const beside = [sorted[index - 1], sorted[index + 1]].map((other) =>
        commonStart(name, other),
      );
      return [name, name.slice(0, Math.max(SHORTEST, Math.max(...beside) + 1))];
    }),
  );
}

function commonStart(one: string, other = ""): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
