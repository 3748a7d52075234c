import { isObject } from "./is-record.ts";

/** Whether two values are written as the same JSON, but for the order of names. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) {
    return false;
  }
  const isSame = (key: string): boolean => isSameJson(own(one, key), own(other, key));
  return Object.keys(one).every(isSame) && Object.keys(other).every(isSame);
}

function own(items: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(items, key) ? items[key] : undefined;
}
