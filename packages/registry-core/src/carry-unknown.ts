import { isRecord } from "./is-record.ts";

/**
 * What is to be stored for a value that was changed: `after`, and in it what `raw`, the stored form
 * of `before`, holds without `before` showing it, for a schema leaves out what it does not know.
 * An object that did not change stays as it was stored.
 *
 * What is deleted goes as a whole. `onLoss` hears of what is unknown and must go although nobody has
 * asked for that: something takes its key, or its place in a list is not known any more. `encode`
 * gives the stored form of what is new.
 */
export function carryUnknown(
  raw: unknown,
  before: unknown,
  after: unknown,
  carrier: Carrier,
): unknown {
  if (before === after && typeof after === "object" && after !== null) return raw;
  if (isRecord(raw) && isRecord(before) && isRecord(after)) {
    return carryFields(raw, before, after, carrier);
  }
  if (Array.isArray(raw) && Array.isArray(before) && Array.isArray(after)) {
    return carryItems(raw, before, after, carrier);
  }
  return carrier.encode(after);
}

interface Carrier {
  readonly onLoss: (what: string) => void;
  readonly encode: (value: unknown) => unknown;
}

type Fields = Readonly<Record<string, unknown>>;

function carryFields(raw: Fields, before: Fields, after: Fields, carrier: Carrier): Fields {
  const stored: [string, unknown][] = [];
  for (const [key, item] of Object.entries(raw)) {
    if (!isSet(after, key)) {
      if (!Object.hasOwn(before, key)) stored.push([key, item]);
    } else if (Object.hasOwn(before, key)) {
      stored.push([key, carryUnknown(item, before[key], after[key], carrier)]);
    } else {
      stored.push([key, carrier.encode(after[key])]);
      carrier.onLoss(`its entry ${JSON.stringify(key)} is not understood`);
    }
  }
  for (const [key, item] of Object.entries(after)) {
    if (!Object.hasOwn(raw, key) && item !== undefined) stored.push([key, carrier.encode(item)]);
  }
  // Not by assignment: `__proto__` is a key like any other.
  return Object.fromEntries(stored);
}

/** JSON knows no undefined: a field that is that is none. */
function isSet(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key) && fields[key] !== undefined;
}

/** Items are known again as the same object, or else by their place. */
function carryItems(
  raw: readonly unknown[],
  before: readonly unknown[],
  after: readonly unknown[],
  carrier: Carrier,
): readonly unknown[] {
  if (raw.length !== before.length) {
    carrier.onLoss("a list in it holds what is not understood");
    return after.map(carrier.encode);
  }
  const places = new Map(before.map((item, index) => [item, index]));
  const kept = new Set(after);
  return after.map((item, index) => {
    const place = places.get(item);
    if (place !== undefined) return raw[place];
    return index < before.length && !kept.has(before[index])
      ? carryUnknown(raw[index], before[index], item, carrier)
      : carrier.encode(item);
  });
}
