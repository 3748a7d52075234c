import { isObject } from "./is-record.ts";

/**
 * Freezes a JSON value and all that it holds, however deep, and gives it. What it has in common with
 * `before`, at the same place, is frozen already.
 */
export function deepFreeze<V>(value: V, before?: unknown): V {
  const waiting: unknown[] = [value];
  // Beside it, on a stack of their own: ten thousand pairs would take longer than the freezing.
  const formers: unknown[] = [before];
  while (waiting.length > 0) {
    const item = waiting.pop();
    const former = formers.pop();
    if (!isObject(item) || item === former) continue;
    Object.freeze(item);
    for (const key of Object.keys(item)) {
      const inner = item[key];
      if (!isObject(inner)) continue;
      waiting.push(inner);
      formers.push(isObject(former) ? former[key] : undefined);
    }
  }
  return value;
}
