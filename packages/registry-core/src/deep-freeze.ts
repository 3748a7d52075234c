/** What is frozen with all that it holds: a new value often consists of parts of the one before. */
const frozen = new WeakSet<object>();

/** Freezes a JSON value and all that it holds, however deep. Gives it. */
export function deepFreeze<V>(value: V): V {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || frozen.has(next)) continue;
    frozen.add(Object.freeze(next));
    for (const item of Object.values(next)) if (typeof item === "object") waiting.push(item);
  }
  return value;
}
