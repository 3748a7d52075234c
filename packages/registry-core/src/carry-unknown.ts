import { isSameJson } from "./same-json.ts";

/**
 * What becomes of the stored form of a value that was changed. The invariant: whatever of it the value
 * did not show is there again, at its place, or is gone with the thing that held it and was deleted,
 * or `onLoss` has heard of it. Nothing of one thing ever gets into another one.
 */
export interface Carrier {
  /** The stored form of what is new. Refuses what has none. */
  readonly encode: (value: unknown) => unknown;
  /** Something that was not understood is not in the new form. */
  readonly onLoss: (what: string) => void;
  /** Things were matched by more than their names: the new form is to be read once as a check. */
  readonly onDoubt: () => void;
}

/** A value before the change, as it was given by the change, and as the schema has accepted that. */
interface Versions {
  readonly before: unknown;
  readonly given: unknown;
  readonly accepted: unknown;
}

/** The stored form of the changed value. What did not change stays as it was stored. */
export function carryUnknown(raw: unknown, versions: Versions, carrier: Carrier): unknown {
  const { before, given, accepted } = versions;
  if (raw !== undefined && Object.is(before, given)) return raw;
  if (isPlain(raw) && isPlain(before) && isPlain(given)) {
    return carryFields(raw, before, given, Object(accepted), carrier);
  }
  if (Array.isArray(raw) && Array.isArray(before) && Array.isArray(given)) {
    return carryItems(raw, before, given, Object(accepted), carrier);
  }
  // What was shown was something else in the place of this.
  if (raw !== undefined && kindOf(raw) !== kindOf(before)) carrier.onLoss(LOST.value);
  return carrier.encode(accepted);
}

const LOST = {
  value: "a value in it is not understood",
  item: "items of a list in it cannot be told apart",
};

type Fields = Readonly<Record<string, unknown>>;

function carryFields(
  raw: Fields,
  before: Fields,
  given: Fields,
  accepted: Fields,
  carrier: Carrier,
): Fields {
  // Without a prototype, `__proto__` is a key like any other.
  const stored: Record<string, unknown> = {};
  Object.setPrototypeOf(stored, null);
  for (const key of Object.keys(raw)) {
    // Nearly all of them, so it is asked first: unchanged, or hidden.
    if (before[key] === given[key] && given[key] !== undefined) {
      stored[key] = raw[key];
    } else if (!isSet(given, key)) {
      if (!isSet(before, key)) stored[key] = raw[key];
    } else if (!isSet(before, key)) {
      stored[key] = carrier.encode(accepted[key]);
      carrier.onLoss(`its entry ${JSON.stringify(key)} is not understood`);
    } else {
      const versions = { before: before[key], given: given[key], accepted: accepted[key] };
      stored[key] = carryUnknown(raw[key], versions, carrier);
    }
  }
  for (const key of Object.keys(given)) {
    if (key in stored || given[key] === undefined) continue;
    // What the schema has added by itself is not asked for.
    const isAdded = isSet(before, key) && Object.is(before[key], given[key]);
    if (!isAdded) stored[key] = carrier.encode(accepted[key]);
  }
  return stored;
}

/** JSON knows no undefined: a field that is that is none. */
function isSet(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key) && fields[key] !== undefined;
}

type Items = readonly unknown[];

/**
 * Items are known again as the same object; or by their whole content; or, in a list that has kept its
 * length, by their place, when no other item is more like them. Where nothing is hidden, they need not be.
 */
function carryItems(
  raw: Items,
  before: Items,
  given: Items,
  accepted: Items,
  carrier: Carrier,
): Items {
  const isHiding = before.map((item, index) => raw[index] !== item && hasUnknown(raw[index], item));
  if (raw.length === before.length && !isHiding.includes(true)) {
    // Stored as it is shown: to encode it would give the same.
    const own = new Set(raw);
    return accepted.map((item) => (own.has(item) ? item : carrier.encode(item)));
  }
  carrier.onDoubt();
  if (raw.length !== before.length) carrier.onLoss(LOST.item);
  const places = placesOf(before, given);
  const found = new Set(places);
  let isAnyNew = false;
  const stored = given.map((item, index) => {
    const place = places[index];
    if (place === undefined) {
      isAnyNew = true;
      return carrier.encode(accepted[index]);
    }
    const versions = { before: before[place], given: item, accepted: accepted[index] };
    return carryUnknown(raw[place], versions, carrier);
  });
  // An item that was not found is deleted; or one of the new ones was made of it.
  const isUnsure = isHiding.some((hides, place) => hides && !found.has(place));
  if (isAnyNew && isUnsure) carrier.onLoss(LOST.item);
  return stored;
}

// Some ten milliseconds under the lock.
const MAXIMUM_COMPARED = 100;

/** For each given item its place in the list before; undefined where it is new, or nobody can know. */
function placesOf(before: Items, given: Items): (number | undefined)[] {
  const objects = new Map(before.map((item, place) => [item, place]));
  const places = given.map((item) => (typeof item === "object" ? objects.get(item) : undefined));
  const left = new Set(before.keys());
  for (const place of places) if (place !== undefined) left.delete(place);
  const isNew = (index: number): boolean => places[index] === undefined;
  // Each is compared with each: of a list that was made anew as a whole, nothing is known again.
  if (left.size > MAXIMUM_COMPARED) return places;
  for (const index of given.keys()) {
    if (!isNew(index)) continue;
    const twins = [...left].filter((place) => isSameJson(before[place], given[index]));
    const [twin] = twins;
    if (twin === undefined || twins.length > 1) continue;
    places[index] = twin;
    left.delete(twin);
  }
  if (given.length !== before.length) return places;
  for (const index of [...left].filter(isNew)) {
    const likeness = likenessOf(before[index], given[index]);
    const isLikeAnother = [...left].some(
      (place) => place !== index && likenessOf(before[place], given[index]) >= likeness,
    );
    if (likeness >= 0.5 && !isLikeAnother) places[index] = index;
  }
  return places;
}

/** How much of one is still the same in the other, from 0 to 1. */
function likenessOf(before: unknown, given: unknown): number {
  if (!isPlain(before) || !isPlain(given)) return 0;
  const keys = Object.keys(before);
  const same = keys.filter((key) => isSet(given, key) && isSameJson(before[key], given[key]));
  return same.length / keys.length;
}

/** Whether something is stored that the value does not show. */
function hasUnknown(raw: unknown, shown: unknown): boolean {
  if (kindOf(raw) !== kindOf(shown)) return true;
  if (isPlain(raw) && isPlain(shown)) {
    return Object.keys(raw).some((key) => !isSet(shown, key) || hasUnknown(raw[key], shown[key]));
  }
  if (!Array.isArray(raw) || !Array.isArray(shown)) return false;
  return raw.length !== shown.length || raw.some((item, index) => hasUnknown(item, shown[index]));
}

function kindOf(value: unknown): "list" | "record" | "value" {
  if (Array.isArray(value)) return "list";
  return isPlain(value) ? "record" : "value";
}

/** An object that is nothing but its fields: no list, no Map, no instance of a class. */
function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
